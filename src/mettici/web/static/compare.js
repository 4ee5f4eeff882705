// Several photos side by side, best first, with the reason for each one's rank and the crop of the best.
import { cropLink } from "./avatars.js";
import { el } from "./dom.js";
import { remedyFor } from "./failure.js";
import { faultsOf } from "./result.js";
import { blobOf, urlOf } from "./pictures.js";
import { lang, t, translated } from "./texts.js";

// `open` is called with a photo's place in the ranking, to show its full report.
export function comparison(answer, open) {
  const { why, behind } = answer.translations[lang()];
  const cards = answer.ranking.map((report, i) => photoCard(translated(report), i, behind, () => open(i)));
  const failed = answer.failed.map(({ path, translations }) => failedCard(path, translations[lang()]));
  return el("div", {},
    el("h1", { tabindex: "-1", id: "verdict" }, t("compare")),
    why ? el("p", { class: "why" }, why) : null,
    el("ol", { class: "shots" }, cards, failed));
}

function photoCard(report, i, behind, open) {
  const best = i === 0 && behind.length > 1;
  return el("li", { class: `shot card rise${best ? " winner" : ""}`, "data-path": report.path },
    el("img", { class: "thumb", src: urlOf(blobOf(report.pictures.preview)), alt: "" }),
    el("span", { class: "ribbon" }, best ? t("best") : t("place", { place: i + 1 })),
    el("div", { class: "text" },
      el("h2", { class: "name" }, report.path),
      el("p", { class: "points" }, String(report.score), el("small", {}, " / 100")),
      el("span", { class: `chip ${report.verdict}` }, t(`short_${report.verdict}`)),
      behind[i] ? el("p", { class: "reason" }, behind[i]) : null,
      el("p", { class: "faults" }, firstFault(report)),
      best ? cropOffer(report) : null,
      el("button", { class: "button small", type: "button", onclick: open, "aria-label": t("details_of", { name: report.path }) }, t("details"))));
}

function firstFault(report) {
  const [fault] = faultsOf(report);
  return fault ? `${report.titles[fault.id]}: ${fault.message}` : t("nothing_to_fix");
}

function cropOffer(report) {
  const link = cropLink(report, { class: "button primary small", "aria-label": t("download_of", { name: report.path }) });
  if (!link) return null;
  return el("div", { class: "crop" },
    el("p", { class: `chip ${report.crop.verdict_after}` }, t("crop_then", { score: report.crop.score_after })), link);
}

function failedCard(path, { code, message, remedy }) {
  return el("li", { class: "shot card" }, el("div", { class: "text" },
    el("h2", { class: "name" }, path), el("span", { class: "chip reject" }, t("not_read")),
    el("p", {}, message), el("p", { class: "reason" }, remedyFor(code) ?? remedy)));
}
