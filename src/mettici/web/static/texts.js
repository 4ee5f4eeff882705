// The page's texts, in the chosen language.
import { byId } from "./dom.js";

export const data = JSON.parse(byId("data").textContent);

export const lang = () => document.documentElement.lang;

export const has = (key) => key in data.texts[lang()];

export function t(key, values = {}) {
  return data.texts[lang()][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Put a choice into the URL, so that it survives a reload, a bookmark and Back.
export function remember(name, value) {
  const url = new URL(location.href);
  url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
}

// Translate the static parts of the page; views redraw themselves.
export function setLanguage(language) {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t, { shots: data.shots });
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", String(button.dataset.lang === language));
  remember("lang", language);
}

// A report in the page's language. Responses contain all languages.
export function translated(report) {
  const { titles, cropping, messages, advice } = report.translations[lang()];
  const checks = report.checks.map((check) => ({ ...check, message: messages[check.id], advice: advice[check.id] }));
  return { ...report, titles, cropping, checks };
}
