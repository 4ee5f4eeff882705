// What the service drew of the findings, laid over the photo: face, crop, and numbers beside what they are about.

// `drawn`: SVG by the photo's longer side on the screen, px. The nearest is shown, also when the photo's size changes.
export function overlay(drawn, { width, height }) {
  const sheet = document.createElement("div");
  sheet.className = "overlay";
  let shown = null;
  new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width) return;
    const size = (contentRect.width * Math.max(width, height)) / width;
    const nearest = Object.keys(drawn).reduce((a, b) => (Math.abs(b - size) < Math.abs(a - size) ? b : a));
    if (nearest === shown) return;
    shown = nearest;
    sheet.replaceChildren(parsed(drawn[nearest]));
    sheet.dispatchEvent(new Event("drawn", { bubbles: true }));
  }).observe(sheet);
  return sheet;
}

const parsed = (text) => document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
