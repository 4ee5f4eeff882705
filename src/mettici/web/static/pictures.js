// Pictures from reports, and the chosen photos, as blob URLs that live as long as they are shown.
import { el } from "./dom.js";

export function blobOf(picture) {
  const bytes = Uint8Array.from(atob(picture.base64), (char) => char.charCodeAt(0));
  return new Blob([bytes], { type: picture.media_type });
}

const urls = new Set();

export function urlOf(blob) {
  const url = URL.createObjectURL(blob);
  urls.add(url);
  return url;
}

export function revokeUrls() {
  for (const url of urls) URL.revokeObjectURL(url);
  urls.clear();
}

// Thumbnails of the files, except those that the browser cannot show.
export function thumbs(files) {
  const images = files.map((file) => el("img", { src: urlOf(file), alt: "", onerror: ({ target }) => target.remove() }));
  return images.length ? el("div", { class: "thumbs" }, images) : null;
}

// The square that networks crop to a circle: central and, in an upright photo, as near the head as fits.
export function square(width, height, head, scale = 1) {
  const side = Math.min(width, height);
  const middle = head ? [(head[0] + head[2] / 2) * scale, (head[1] + head[3] / 2) * scale] : [width / 2, height / 2];
  const start = (center, length) => Math.min(Math.max(0, center - side / 2), length - side);
  return [width > height ? (width - side) / 2 : 0, height > width ? start(middle[1], height) : 0, side];
}

// The whole picture, at most `height` px high.
export function scaled(bitmap, height) {
  const scale = Math.min(1, height / bitmap.height);
  const size = { width: Math.round(scale * bitmap.width), height: Math.round(scale * bitmap.height) };
  const canvas = Object.assign(document.createElement("canvas"), { ...size, className: "upright" });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  return canvas;
}

// A round picture of `size` px, halved in steps so that it stays sharp at 48 px.
export function round(bitmap, [x, y, side], size) {
  let source = bitmap;
  let area = [x, y, side];
  while (area[2] > 2 * size) {
    const half = Math.max(size, Math.ceil(area[2] / 2));
    const step = new OffscreenCanvas(half, half);
    step.getContext("2d").drawImage(source, ...area, area[2], 0, 0, half, half);
    source = step;
    area = [0, 0, half];
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.beginPath();
  context.arc(size / 2, size / 2, size / 2, 0, 2 * Math.PI);
  context.clip();
  context.drawImage(source, ...area, area[2], 0, 0, size, size);
  return canvas;
}
