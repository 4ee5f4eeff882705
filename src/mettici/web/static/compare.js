// Several photos side by side, the best first.
import { el } from "./dom.js";
import { faultsOf } from "./result.js";
import { addressOf, blobOf } from "./pictures.js";
import { t } from "./texts.js";

// `open` is called with a report to show it whole.
export function comparison(answer, open) {
  const cards = answer.ranking.map((report, i) => shot(report, i, answer.ranking.length, () => open(report)));
  const failed = answer.failed.map(({ path, error }) => unread(path, error));
  return el("div", {},
    el("h2", { tabindex: "-1", id: "verdict" }, t("compare")),
    answer.why ? el("p", { class: "why" }, answer.why) : null,
    el("ol", { class: "shots" }, cards, failed));
}

function shot(report, i, count, open) {
  const faults = faultsOf(report).slice(0, 2).map((c) => report.titles[c.id]);
  const place = i === 0 && count > 1 ? t("best") : t("place", { place: i + 1 });
  return el("li", { class: `shot card rise${i === 0 && count > 1 ? " winner" : ""}`, "data-path": report.path },
    el("img", { class: "thumb", src: addressOf(blobOf(report.pictures.preview)), alt: report.path }),
    el("span", { class: "ribbon" }, place),
    el("div", { class: "text" },
      el("p", { class: "points" }, String(report.score), el("small", {}, " / 100")),
      el("span", { class: `chip ${report.verdict}` }, t(`short_${report.verdict}`)),
      el("p", {}, faults.length ? faults.join(", ") : t("nothing_to_mend")),
      el("p", { class: "name" }, report.path),
      el("button", { class: "button small", type: "button", onclick: open, "aria-label": t("details_of", { name: report.path }) }, t("details"))));
}

function unread(path, error) {
  return el("li", { class: "shot card" }, el("div", { class: "text" },
    el("span", { class: "chip reject" }, t("not_read")),
    el("p", {}, error.message), el("p", { class: "name" }, error.remedy), el("p", { class: "name" }, path)));
}
