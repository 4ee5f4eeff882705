// The photo as others will see it, round and at the sizes that networks use, and the crop to download.
import { el } from "./dom.js";
import { blobOf, round, scaled, square, urlOf } from "./pictures.js";
import { aspect } from "./policy.js";
import { t } from "./texts.js";

const SIZES = [400, 100, 48];

const stem = (path) => path.replace(/\.[^.]*$/, "") || "photo";

export function avatars(report) {
  const sizes = el("div", { class: "sizes" });
  const downloads = el("div", { class: "downloads" });
  const { crop, pictures } = report;
  fill(sizes, downloads, report);
  return el("section", { class: "avatars card rise later", "aria-labelledby": "avatars" },
    el("div", {},
      el("h2", { id: "avatars" }, t("avatar")),
      el("p", { class: "after" }, el("span", { class: `chip ${crop?.verdict_after ?? ""}` }, t(pictures.crop ? "avatar_crop" : "avatar_plain")), " ", report.cropping)),
    sizes, downloads);
}

// A link to the suggested crop, with its size; null if there is no crop.
export function cropLink({ path, crop, pictures }, attributes) {
  if (!pictures.crop) return null;
  const blob = blobOf(pictures.crop);
  const extension = blob.type === "image/png" ? "png" : "jpg";
  const [, , width, height] = crop.box;
  return [
    el("a", { ...attributes, href: urlOf(blob), download: `${stem(path)}-crop.${extension}` }, t("download_crop")),
    el("p", {}, t("download_note", { width, height })),
  ];
}

async function fill(sizes, downloads, report) {
  const { crop } = report.pictures;
  const bitmap = await createImageBitmap(blobOf(crop ?? report.pictures.preview));
  if (aspect(report.policy.name) === 1) await addRound(sizes, report, bitmap, crop);
  else sizes.append(el("figure", {}, scaled(bitmap, SIZES[0])));
  bitmap.close();
  downloads.append(...(cropLink(report, { class: "button primary", id: "download" }) ?? []));
}

async function addRound(sizes, report, bitmap, crop) {
  const head = crop ? null : report.drawing.head;
  const area = square(bitmap.width, bitmap.height, head, bitmap.width / report.photo.width);
  const downloadable = (report.crop?.verdict_after ?? report.verdict) !== "reject";
  // Skip sizes that would need enlarging: they would look worse than the photo is.
  for (const size of SIZES.filter((one) => one <= area[2])) {
    const canvas = round(bitmap, area, size);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("avatar_of", { size }));
    const caption = downloadable ? await downloadLink(canvas, `${stem(report.path)}-${size}.png`, size) : `${size} px`;
    sizes.append(el("figure", {}, canvas, el("figcaption", {}, caption)));
  }
}

async function downloadLink(canvas, name, size) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const label = t("download_round", { size });
  return el("a", { href: urlOf(blob), download: name, "aria-label": label, title: label }, `↓ ${size} px`);
}
