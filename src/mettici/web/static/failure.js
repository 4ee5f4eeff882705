// The view of a failed request: what went wrong, what to do, and a button to retry with the same photos.
import { el } from "./dom.js";
import { thumbs } from "./pictures.js";
import { has, lang, t } from "./texts.js";

// A failure is a `key` of the page's texts with its `values`, or a problem's `code` and `translations`.
export function failureTexts({ key, code, values, translations }) {
  const problem = translations?.[lang()];
  return { message: problem?.detail ?? t(key, values), remedy: remedyFor(code) ?? problem?.remedy ?? t(`${key}_remedy`) };
}

// The page's own remedy, for someone with a phone in hand; the service's may mention programs and options.
export const remedyFor = (code) => (has(`remedy_${code}`) ? t(`remedy_${code}`) : null);

// Errors in the file itself: trying again means choosing another file.
const FILE_ERRORS = new Set(["too_large", "unsupported_format", "not_an_image", "truncated", "empty", "unreadable"]);

export function failureView(failure, files, bar, retry) {
  const { message, remedy } = failureTexts(failure);
  return [bar, el("div", { class: "failure card" },
    el("h1", { tabindex: "-1", id: "verdict" }, t("failed")), el("p", {}, message), el("p", {}, remedy),
    thumbs(files),
    files.length && !FILE_ERRORS.has(failure.code) ? el("p", { class: "kept" }, t(files.length > 1 ? "kept_several" : "kept")) : null,
    el("div", { class: "actions" },
      el("button", { class: "button primary", type: "button", id: "retry", onclick: retry }, t("try_again"))))];
}
