// What went wrong, in words that help; the photo stays, and one touch tries again.
import { el } from "./dom.js";
import { thumbs } from "./pictures.js";
import { has, lang, t } from "./texts.js";

// `failure`: a `key` of the page's own texts with its `values`, or a problem's `code` and `translations`.
export function tell({ key, code, values, translations }) {
  const told = translations?.[lang()];
  return { message: told?.detail ?? t(key, values), remedy: remedyFor(code) ?? told?.remedy ?? t(`${key}_remedy`) };
}

// What to do with a phone in the hand, where the service would speak of programs and options.
export const remedyFor = (code) => (has(`remedy_${code}`) ? t(`remedy_${code}`) : null);

// Faults of the file itself: trying again means choosing another.
const OF_THE_FILE = new Set(["too_large", "unsupported_format", "not_an_image", "truncated", "empty", "unreadable"]);

export function sorry(failure, files, bar, again) {
  const { message, remedy } = tell(failure);
  return [bar, el("div", { class: "sorry card" },
    el("h1", { tabindex: "-1", id: "verdict" }, t("failed")), el("p", {}, message), el("p", {}, remedy),
    thumbs(files),
    files.length && !OF_THE_FILE.has(failure.code) ? el("p", { class: "kept" }, t(files.length > 1 ? "kept_several" : "kept")) : null,
    el("div", { class: "actions" },
      el("button", { class: "button primary", type: "button", id: "retry", onclick: again }, t("try_again"))))];
}
