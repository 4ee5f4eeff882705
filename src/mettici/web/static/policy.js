// What the photo is for: which of the service's policies judges it.
import { byId, el } from "./dom.js";
import { data, lang, remember, t } from "./texts.js";

const first = byId("policy");

const known = (name) => data.policies.find((one) => one.name === name);

// "LinkedIn" of "LinkedIn: a square shown as a circle …".
const title = (name) => known(name).about[lang()].split(":")[0];

export const policy = () => first.value;

// Width over height of the picture that the place shows; 1, and round, where it names none.
export const aspect = (name) => known(name)?.aspect ?? 1;

export function choose(name) {
  if (!known(name)) return;
  first.value = name;
  remember("policy", name);
}

// The same choice beside a result; `changed` is called once another policy is chosen.
export function chooser(changed) {
  const options = data.policies.map(({ name }) => el("option", { value: name, selected: name === policy() }, title(name)));
  const select = el("select", { class: "policy", onchange: () => (choose(select.value), changed()) }, options);
  return el("label", { class: "purpose" }, el("span", {}, t("policy_short")), select);
}

export function relabel() {
  for (const option of first.options) option.textContent = title(option.value);
}

first.addEventListener("change", () => choose(first.value));
