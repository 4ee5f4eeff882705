// Builds elements without innerHTML, so that text from the server or from a file name cannot become markup.
const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  const present = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...present.map((child) => (typeof child === "string" ? bindUnits(child) : child)));
  return node;
}

// Keep a number and its unit on one line.
const bindUnits = (text) => text.replace(/(\d) (%|px|MB)/g, "$1\u00a0$2");

export const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);
export const byId = (id) => document.getElementById(id);

// Have screen readers announce a change.
export function announce(text) {
  byId("announce").textContent = text;
}
