// The server's drawing over the photo: the face, the crop, and a number beside each finding.

// `drawings`: SVG by display size (the longer side, px). Shows the nearest one, also after the photo is resized.
export function overlay(drawings, { width, height }) {
  const layer = document.createElement("div");
  layer.className = "overlay";
  let shown = null;
  new ResizeObserver(([{ contentRect }]) => {
    if (!contentRect.width) return;
    const size = (contentRect.width * Math.max(width, height)) / width;
    const nearest = Object.keys(drawings).reduce((a, b) => (Math.abs(b - size) < Math.abs(a - size) ? b : a));
    if (nearest === shown) return;
    shown = nearest;
    layer.replaceChildren(parseSvg(drawings[nearest]));
    layer.dispatchEvent(new Event("drawn", { bubbles: true }));
  }).observe(layer);
  return layer;
}

const parseSvg = (text) => document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
