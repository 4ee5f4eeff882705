// One photo's report, for a person to read.
import { el, svg } from "./dom.js";
import { overlay } from "./overlay.js";
import { addressOf, blobOf } from "./pictures.js";
import { avatars } from "./avatars.js";
import { t } from "./texts.js";

const MOST_VALUABLE = 3;
const AROUND = 2 * Math.PI * 44;
// Score from which a photo without a failing check is called nearly there.
const NEARLY = 70;

// What warns or fails, the most valuable to mend first, as the service orders it; what has no advice last.
export function faultsOf(report) {
  const order = Object.keys(report.gains);
  const place = (c) => (c.advice ? order.indexOf(c.id) : order.length);
  return report.checks.filter((c) => c.status === "warn" || c.status === "fail").sort((a, b) => place(a) - place(b));
}

export function result(report) {
  const faults = faultsOf(report);
  const mend = faults.filter((c) => c.advice);
  const good = report.checks.filter((c) => c.status === "pass");
  const polish = good.filter((c) => c.advice);
  const frame = el("div", { class: "frame" },
    el("img", { src: addressOf(blobOf(report.pictures.preview)), alt: t("photo_alt"), width: report.photo.width, height: report.photo.height }),
    overlay(report, faults));
  frame.style.setProperty("--ratio", report.photo.width / report.photo.height);
  return el("div", {},
    el("div", { class: "result" },
      el("div", { class: "seen rise" }, frame, shown(frame)),
      el("div", { class: "told rise later" },
        verdict(report, faults.length + polish.length),
        listed("first", mend.slice(0, MOST_VALUABLE), report, frame, 1),
        listed("then", mend.slice(MOST_VALUABLE), report, frame, 1 + MOST_VALUABLE),
        listed("noticed", faults.slice(mend.length), report, frame, 1 + mend.length),
        listed("polish", polish, report, frame, 0),
        goods(good.filter((c) => !c.advice), report),
        untold(report))),
    report.faces.length ? avatars(report) : null);
}

function shown(frame) {
  const flip = (event) => (frame.querySelector("svg").style.visibility = event.target.checked ? "" : "hidden");
  return el("label", { class: "switch" },
    el("input", { type: "checkbox", role: "switch", checked: true, onchange: flip }), t("show_findings"));
}

// The sentence under the verdict: what it promises must hold by verdict, score and faults.
function summary(report, more) {
  if (report.verdict === "reject") return report.crop ? "say_reject_crop" : "say_reject";
  if (report.verdict === "accept") return more ? "say_accept_more" : "say_accept";
  const failing = report.checks.some((check) => check.status === "fail");
  return report.score >= NEARLY && !failing ? "say_improve_near" : "say_improve";
}

function verdict(report, more) {
  const say = summary(report, more);
  return el("div", { class: `verdict ${report.verdict}` }, ring(report.score),
    el("div", {}, el("h2", { tabindex: "-1", id: "verdict" }, t(`verdict_${report.verdict}`)), el("p", {}, t(say))));
}

function ring(score) {
  const arc = svg("circle", {
    class: "arc", cx: 50, cy: 50, r: 44, transform: "rotate(-90 50 50)",
    "stroke-dasharray": AROUND, "stroke-dashoffset": AROUND,
  });
  requestAnimationFrame(() => requestAnimationFrame(() => arc.setAttribute("stroke-dashoffset", AROUND * (1 - score / 100))));
  return svg("svg", { class: "ring", viewBox: "0 0 100 100", role: "img", "aria-label": t("score_label", { score }) },
    svg("circle", { cx: 50, cy: 50, r: 44 }), score ? arc : null, svg("text", { x: 50, y: 52 }, String(score)));
}

function listed(heading, checks, report, frame, number) {
  if (!checks.length) return null;
  const items = checks.map((check, i) => finding(check, report, frame, number && number + i));
  return el("section", {}, el("h3", {}, t(heading)), el(number ? "ol" : "ul", { class: "findings" }, items));
}

function finding(check, report, frame, number) {
  const gain = report.verdict === "reject" ? 0 : report.gains[check.id] ?? 0;
  const point = (here) => () => {
    frame.classList.toggle("pointed", here);
    for (const mark of frame.querySelectorAll(".mark")) mark.classList.toggle("here", mark.dataset.check === check.id);
  };
  return el("li", { class: `finding ${check.status}${number ? " marked" : ""}`, onmouseenter: number ? point(true) : null, onmouseleave: number ? point(false) : null },
    el("span", { class: "number", "aria-hidden": "true" }, number ? String(number) : "+"),
    el("h4", {}, report.titles[check.id],
      check.blocking && check.status === "fail" && check.advice ? el("span", { class: "chip reject" }, t("blocking")) : null,
      gain >= 1 ? el("span", { class: "chip" }, t("gain", { points: gain })) : null),
    el("p", {}, check.message),
    check.advice ? el("p", { class: "advice" }, check.advice) : null);
}

function goods(checks, report) {
  if (!checks.length) return null;
  const items = checks.map((c) => el("li", { title: c.message }, el("span", { "aria-hidden": "true" }, "✓"), report.titles[c.id]));
  return el("section", {}, el("h3", {}, t("good")), el("ul", { class: "goods" }, items));
}

function untold(report) {
  const rest = report.checks.filter((c) => c.status === "unknown" || c.status === "skipped");
  if (!rest.length) return null;
  const items = rest.map((c) => el("li", {}, `${report.titles[c.id]}: ${c.message}${c.status === "unknown" && c.advice ? ` ${c.advice}` : ""}`));
  return el("details", { class: "rest", open: rest.some((c) => c.status === "unknown") },
    el("summary", {}, t("untold")), el("ul", {}, items));
}
