// What the photo is for: the policy that judges it.
import { byId, el } from "./dom.js";
import { data, lang, remember, t } from "./texts.js";

const startSelect = byId("policy");

const find = (name) => data.policies.find((one) => one.name === name);

// "LinkedIn" from "LinkedIn: a square shown as a circle …".
const title = (name) => find(name).about[lang()].split(":")[0];

export const policy = () => startSelect.value;

// Width over height of the picture that the policy asks for; 1, shown as a circle, if it asks for none.
export const aspect = (name) => find(name)?.aspect ?? 1;

export function choose(name) {
  if (!find(name)) return;
  startSelect.value = name;
  remember("policy", name);
}

// The same menu beside a result. `onChange` is called after another policy is chosen.
export function chooser(onChange) {
  const options = data.policies.map(({ name }) => el("option", { value: name, selected: name === policy() }, title(name)));
  const select = el("select", { class: "policy", onchange: () => (choose(select.value), onChange()) }, options);
  return el("label", { class: "purpose" }, el("span", {}, t("policy_short")), select);
}

export function relabel() {
  for (const option of startSelect.options) option.textContent = title(option.value);
}

startSelect.addEventListener("change", () => choose(startSelect.value));
