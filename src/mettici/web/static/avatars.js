// How people will see the photo: round, at the sizes that networks show; and the crop to take home.
import { el } from "./dom.js";
import { addressOf, blobOf, round, square } from "./pictures.js";
import { t } from "./texts.js";

const SIZES = [400, 100, 48];

export function avatars(report) {
  const sizes = el("div", { class: "sizes" });
  const downloads = el("div", { class: "downloads" });
  const crop = report.pictures.crop;
  fill(sizes, downloads, report, crop);
  return el("section", { class: "avatars card rise later", "aria-labelledby": "avatars" },
    el("div", {},
      el("h3", { id: "avatars" }, t("avatar")),
      el("p", { class: "after" }, el("span", { class: `chip ${report.crop?.verdict_after ?? ""}` }, t(crop ? "avatar_crop" : "avatar_plain")), " ", report.cropping)),
    sizes, downloads);
}

async function fill(sizes, downloads, report, crop) {
  const blob = blobOf(crop ?? report.pictures.preview);
  const bitmap = await createImageBitmap(blob);
  const head = crop ? null : report.drawing.head;
  const area = square(bitmap.width, bitmap.height, head, bitmap.width / report.photo.width);
  const stem = report.path.replace(/\.[^.]*$/, "") || "photo";
  for (const size of SIZES) {
    const canvas = round(bitmap, area, size);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("avatar_of", { size }));
    sizes.append(el("figure", {}, canvas, el("figcaption", {}, await save(canvas, `${stem}-${size}.png`, size))));
  }
  bitmap.close();
  if (crop) {
    const ending = blob.type === "image/png" ? "png" : "jpg";
    const link = el("a", { class: "button primary", href: addressOf(blob), download: `${stem}-crop.${ending}`, id: "download" }, t("download_crop"));
    downloads.append(link, el("p", {}, t("download_note")));
  }
}

async function save(canvas, name, size) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const label = t("download_round", { size });
  return el("a", { href: addressOf(blob), download: name, "aria-label": label, title: label }, `↓ ${size} px`);
}
