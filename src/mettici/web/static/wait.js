// The view while photos are uploaded and judged: progress, and a button to cancel.
import { announce, el } from "./dom.js";
import { thumbs } from "./pictures.js";
import { t } from "./texts.js";

export class Wait {
  #heading = el("h1", { tabindex: "-1" });
  #line = el("p", { class: "phase" });
  #progress = el("progress", { max: "1" });
  #cancel;
  #phase = "sending";
  #share = 0;

  constructor(files, cancel) {
    this.files = files;
    this.#cancel = el("button", { class: "button", type: "button", id: "cancel", onclick: cancel });
    this.relabel();
  }

  title = () => t(this.files.length > 1 ? "looking_several" : "looking", { count: this.files.length });

  announcement = () => this.title();

  nodes() {
    return [el("div", { class: "wait" }, thumbs(this.files), this.#heading, this.#progress, this.#line, this.#cancel)];
  }

  onProgress = (phase, share = 0) => {
    const changed = phase !== this.#phase;
    this.#phase = phase;
    this.#share = share;
    this.relabel();
    if (changed) announce(this.#line.textContent);
  };

  relabel() {
    this.#heading.textContent = this.title();
    this.#cancel.textContent = t("cancel");
    this.#progress.setAttribute("aria-label", t("progress"));
    if (this.#phase === "sending") this.#progress.value = this.#share;
    else this.#progress.removeAttribute("value");
    const judging = this.files.length > 1 ? "judging_several" : "judging";
    const line = { sending: "sending", judging, queue: "queue" }[this.#phase];
    this.#line.textContent = t(line, { percent: Math.round(100 * this.#share) });
  }
}
