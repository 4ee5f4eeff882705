// Highlights a finding's place on the photo: while the finding is hovered or focused, and permanently once it is selected.
export class Pointer {
  #frame;
  #spots;
  #items = new Map();
  #hovered = null;
  #selected = null;

  constructor(frame, spots) {
    this.#frame = frame;
    this.#spots = spots;
    frame.addEventListener("drawn", () => this.#show());
    frame.addEventListener("click", ({ target }) => this.#selectMark(target.closest(".mark")?.dataset.check));
  }

  // Register the list item of the finding `id`, which holds its button.
  add(item, id) {
    const button = item.querySelector("button");
    const hover = (on) => () => {
      this.#hovered = on ? id : null;
      this.#show();
    };
    this.#items.set(id, item);
    for (const [event, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]])
      item.addEventListener(event, hover(on));
    button.addEventListener("click", () => this.#select(this.#selected === id ? null : id));
  }

  #selectMark(id) {
    this.#select(id ?? null);
    this.#items.get(id)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  #select(id) {
    this.#selected = id;
    for (const [each, item] of this.#items) item.querySelector("button").setAttribute("aria-pressed", String(each === id));
    this.#show();
  }

  #show() {
    const id = this.#hovered ?? this.#selected;
    this.#frame.classList.toggle("pointed", id !== null);
    this.#frame.classList.toggle("entire", id !== null && !(id in this.#spots));
    for (const mark of this.#frame.querySelectorAll(".mark")) mark.classList.toggle("here", mark.dataset.check === id);
    for (const [each, item] of this.#items) item.classList.toggle("here", each === id);
  }
}
