// How people will see the photo: round, at the sizes that networks show; and the crop to take home.
import { el } from "./dom.js";
import { addressOf, blobOf, round, square, whole } from "./pictures.js";
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

// The link to the suggested crop, which says its size; null where there is none.
export function cropLink({ path, crop, pictures }, attributes) {
  if (!pictures.crop) return null;
  const blob = blobOf(pictures.crop);
  const ending = blob.type === "image/png" ? "png" : "jpg";
  const [, , width, height] = crop.box;
  return [
    el("a", { ...attributes, href: addressOf(blob), download: `${stem(path)}-crop.${ending}` }, t("download_crop")),
    el("p", {}, t("download_note", { width, height })),
  ];
}

async function fill(sizes, downloads, report) {
  const { crop } = report.pictures;
  const bitmap = await createImageBitmap(blobOf(crop ?? report.pictures.preview));
  if (aspect(report.policy.name) === 1) await rounds(sizes, report, bitmap, crop);
  else sizes.append(el("figure", {}, whole(bitmap, SIZES[0])));
  bitmap.close();
  downloads.append(...(cropLink(report, { class: "button primary", id: "download" }) ?? []));
}

async function rounds(sizes, report, bitmap, crop) {
  const head = crop ? null : report.drawing.head;
  const area = square(bitmap.width, bitmap.height, head, bitmap.width / report.photo.width);
  const fit = (report.crop?.verdict_after ?? report.verdict) !== "reject"; // to be shown to others, and so to take home
  // No size that would have to be enlarged: it looks worse than what is there.
  for (const size of SIZES.filter((one) => one <= area[2])) {
    const canvas = round(bitmap, area, size);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("avatar_of", { size }));
    const caption = fit ? await save(canvas, `${stem(report.path)}-${size}.png`, size) : `${size} px`;
    sizes.append(el("figure", {}, canvas, el("figcaption", {}, caption)));
  }
}

async function save(canvas, name, size) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const label = t("download_round", { size });
  return el("a", { href: addressOf(blob), download: name, "aria-label": label, title: label }, `↓ ${size} px`);
}
