// The view of one photo's report.
import { el, svg } from "./dom.js";
import { overlay } from "./overlay.js";
import { blobOf, urlOf } from "./pictures.js";
import { avatars } from "./avatars.js";
import { Pointer } from "./pointer.js";
import { t, translated } from "./texts.js";

const MOST_VALUABLE = 3;
const CIRCUMFERENCE = 2 * Math.PI * 44;
// A photo without a failing check is "nearly there" from this score.
const NEARLY = 70;

// Checks that warn or fail, in the order of the overlay's numbers: most valuable to fix first, those without advice last.
export const faultsOf = (report) => report.drawing.numbered.map((id) => report.checks.find((check) => check.id === id));

export function result(response) {
  const report = translated(response);
  const faults = faultsOf(report);
  const fix = faults.filter((c) => c.advice);
  const good = report.checks.filter((c) => c.status === "pass");
  const polish = good.filter((c) => c.advice);
  const frame = el("div", { class: "frame" },
    el("img", { src: urlOf(blobOf(report.pictures.preview)), alt: t("photo_alt"), width: report.photo.width, height: report.photo.height }),
    overlay(report.drawing.overlays, report.photo),
    el("p", { class: "whole" }, t("whole_photo")));
  frame.style.setProperty("--ratio", report.photo.width / report.photo.height);
  const pointer = new Pointer(frame, report.drawing.spots);
  return el("div", {},
    el("div", { class: "result" },
      el("div", { class: "seen rise" }, el("div", { class: "stay" }, frame), findingsSwitch(frame)),
      el("div", { class: "report rise later" },
        verdict(report, faults.length + polish.length),
        faults.length + polish.length ? el("p", { class: "hint" }, t("point_hint")) : null,
        listed("first", fix.slice(0, MOST_VALUABLE), report, pointer, 1),
        listed("then", fix.slice(MOST_VALUABLE), report, pointer, 1 + MOST_VALUABLE),
        listed("noticed", faults.slice(fix.length), report, pointer, 1 + fix.length),
        listed("polish", polish, report, pointer, 0),
        passed(good.filter((c) => !c.advice), report),
        notJudged(report))),
    showsPerson(report) ? avatars(report) : null);
}

// Whether it is a photograph of a person; there is nothing to download of a drawing, say.
const showsPerson = (report) =>
  report.faces.length > 0 && report.checks.every((c) => c.id !== "photographic_origin" || c.status !== "fail");

let overlayShown = true; // remembered for the next result

function findingsSwitch(frame) {
  const toggle = (on) => (frame.querySelector(".overlay").style.visibility = on ? "" : "hidden");
  const box = el("input", { type: "checkbox", role: "switch", checked: overlayShown, onchange: () => toggle((overlayShown = box.checked)) });
  toggle(overlayShown);
  return el("label", { class: "switch" }, box, t("show_findings"));
}

// The key of the sentence under the verdict, which must not promise more than the verdict, score and faults allow.
function summary(report, more) {
  if (report.verdict === "reject") return report.crop ? "say_reject_crop" : "say_reject";
  if (report.verdict === "accept") return more ? "say_accept_more" : "say_accept";
  const failing = report.checks.some((check) => check.status === "fail");
  return report.score >= NEARLY && !failing ? "say_improve_near" : "say_improve";
}

function verdict(report, more) {
  const say = summary(report, more);
  return el("div", { class: `verdict ${report.verdict}` }, ring(report.score),
    el("div", {}, el("h1", { tabindex: "-1", id: "verdict" }, t(`verdict_${report.verdict}`)), el("p", {}, t(say))));
}

function ring(score) {
  const arc = svg("circle", {
    class: "arc", cx: 50, cy: 50, r: 44, transform: "rotate(-90 50 50)",
    "stroke-dasharray": CIRCUMFERENCE, "stroke-dashoffset": CIRCUMFERENCE,
  });
  requestAnimationFrame(() => requestAnimationFrame(() => arc.setAttribute("stroke-dashoffset", CIRCUMFERENCE * (1 - score / 100))));
  return svg("svg", { class: "ring", viewBox: "0 0 100 100", role: "img", "aria-label": t("score_label", { score }) },
    svg("circle", { cx: 50, cy: 50, r: 44 }), score ? arc : null, svg("text", { x: 50, y: 52 }, String(score)));
}

function listed(heading, checks, report, pointer, number) {
  if (!checks.length) return null;
  const items = checks.map((check, i) => finding(check, report, pointer, number && number + i));
  return el("section", {}, el("h2", {}, t(heading)), el(number ? "ol" : "ul", { class: "findings" }, items));
}

function finding(check, report, pointer, number) {
  const gain = report.verdict === "reject" ? 0 : report.gains[check.id] ?? 0;
  const item = el("li", { class: `finding ${check.status}`, "data-check": check.id },
    el("span", { class: "number", "aria-hidden": "true" }, number ? String(number) : "+"),
    el("h3", {}, el("button", { class: "where", type: "button", "aria-pressed": "false" }, report.titles[check.id]),
      check.blocking && check.status === "fail" && check.advice ? el("span", { class: "chip reject" }, t("blocking")) : null,
      gain >= 1 ? el("span", { class: "chip" }, t("gain", { points: gain })) : null),
    el("p", {}, check.message),
    check.advice ? el("p", { class: "advice" }, check.advice) : null);
  pointer.add(item, check.id);
  return item;
}

function passed(checks, report) {
  if (!checks.length) return null;
  const items = checks.map((c) => el("li", { title: c.message }, el("span", { "aria-hidden": "true" }, "✓"), report.titles[c.id]));
  return el("section", {}, el("h2", {}, t("good")), el("ul", { class: "goods" }, items));
}

function notJudged(report) {
  const rest = report.checks.filter((c) => c.status === "unknown" || c.status === "skipped");
  if (!rest.length) return null;
  const items = rest.map((c) => el("li", {}, `${report.titles[c.id]}: ${c.message}${c.status === "unknown" && c.advice ? ` ${c.advice}` : ""}`));
  return el("details", { class: "rest", open: rest.some((c) => c.status === "unknown") },
    el("summary", {}, t("untold")), el("ul", {}, items));
}
