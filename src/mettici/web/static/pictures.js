// Pictures out of reports, and photos as they were chosen: as blobs, for as long as they are shown.
import { el } from "./dom.js";

export function blobOf(picture) {
  const bytes = Uint8Array.from(atob(picture.base64), (sign) => sign.charCodeAt(0));
  return new Blob([bytes], { type: picture.media_type });
}

const shown = new Set();

export function addressOf(blob) {
  const address = URL.createObjectURL(blob);
  shown.add(address);
  return address;
}

export function forget() {
  for (const address of shown) URL.revokeObjectURL(address);
  shown.clear();
}

// Small pictures of the files; those that the browser cannot show are left out.
export function thumbs(files) {
  const shown = files.map((file) => el("img", { src: addressOf(file), alt: "", onerror: ({ target }) => target.remove() }));
  return shown.length ? el("div", { class: "thumbs" }, shown) : null;
}

// The square that networks cut out of a photo and round off: in the middle, and around the head where there is one.
export function square(width, height, head, scale = 1) {
  const side = Math.min(width, height);
  const middle = head ? [(head[0] + head[2] / 2) * scale, (head[1] + head[3] / 2) * scale] : [width / 2, height / 2];
  const within = (value, most) => Math.min(Math.max(0, value - side / 2), most - side);
  return [width > height ? (width - side) / 2 : 0, height > width ? within(middle[1], height) : 0, side];
}

// The picture as it is, `height` px high at most.
export function whole(bitmap, height) {
  const k = Math.min(1, height / bitmap.height);
  const size = { width: Math.round(k * bitmap.width), height: Math.round(k * bitmap.height) };
  const canvas = Object.assign(document.createElement("canvas"), { ...size, className: "upright" });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, size.width, size.height);
  return canvas;
}

// A round picture of `size` px: halved in steps, so that it stays clean at 48 px.
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
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2, 0, 2 * Math.PI);
  pen.clip();
  pen.drawImage(source, ...area, area[2], 0, 0, size, size);
  return canvas;
}
