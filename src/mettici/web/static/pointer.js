// From a finding to its place on the photo: while it is pointed at or in focus, and for good once it is chosen.
export class Pointer {
  #frame;
  #spots;
  #items = new Map();
  #over = null;
  #chosen = null;

  constructor(frame, spots) {
    this.#frame = frame;
    this.#spots = spots;
    frame.addEventListener("drawn", () => this.#show());
    frame.addEventListener("click", ({ target }) => this.#fromMark(target.closest(".mark")?.dataset.check));
  }

  // `item`: the list's entry of the finding `id`, with its button.
  from(item, id) {
    const button = item.querySelector("button");
    const over = (on) => () => {
      this.#over = on ? id : null;
      this.#show();
    };
    this.#items.set(id, item);
    for (const [event, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]])
      item.addEventListener(event, over(on));
    button.addEventListener("click", () => this.#choose(this.#chosen === id ? null : id));
  }

  #fromMark(id) {
    this.#choose(id ?? null);
    this.#items.get(id)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  #choose(id) {
    this.#chosen = id;
    for (const [each, item] of this.#items) item.querySelector("button").setAttribute("aria-pressed", String(each === id));
    this.#show();
  }

  #show() {
    const id = this.#over ?? this.#chosen;
    this.#frame.classList.toggle("pointed", id !== null);
    this.#frame.classList.toggle("entire", id !== null && !(id in this.#spots));
    for (const mark of this.#frame.querySelectorAll(".mark")) mark.classList.toggle("here", mark.dataset.check === id);
    for (const [each, item] of this.#items) item.classList.toggle("here", each === id);
  }
}
