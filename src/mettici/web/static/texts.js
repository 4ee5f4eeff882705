// The page's words, in the language chosen.
import { byId } from "./dom.js";

export const data = JSON.parse(byId("data").textContent);

export const lang = () => document.documentElement.lang;

export function t(key, values = {}) {
  return data.texts[lang()][key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Switch what stands on the page already; who shows a report asks for it anew.
export function speak(language) {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t, { shots: data.shots });
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", String(button.dataset.lang === language));
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  history.replaceState(null, "", address);
}
