// Elements without innerHTML: what a server or a file name says is only ever text.
const SVG = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  const there = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...there.map((child) => (typeof child === "string" ? tied(child) : child)));
  return node;
}

// A number and its unit stay on one line.
const tied = (text) => text.replace(/(\d) (%|px|MB)/g, "$1\u00a0$2");

export const el = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
export const byId = (id) => document.getElementById(id);

// Tell people who cannot see the page what has changed on it.
export function announce(text) {
  byId("announce").textContent = text;
}
