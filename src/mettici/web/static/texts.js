// The page's words, in the language chosen.
import { byId } from "./dom.js";

export const data = JSON.parse(byId("data").textContent);

export const lang = () => document.documentElement.lang;

export const has = (key) => key in data.texts[lang()];

export function t(key, values = {}) {
  return data.texts[lang()][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Keep a choice in the address, so that a reload, a bookmark or Back does not lose it.
export function remember(name, value) {
  const address = new URL(location.href);
  address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

// Switch what stands on the page from the start; each view says itself anew.
export function speak(language) {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t, { shots: data.shots });
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", String(button.dataset.lang === language));
  remember("lang", language);
}

// A report in the language of the page: it came in all of them.
export function translated(report) {
  const { titles, cropping, messages, advice } = report.translations[lang()];
  const checks = report.checks.map((check) => ({ ...check, message: messages[check.id], advice: advice[check.id] }));
  return { ...report, titles, cropping, checks };
}
