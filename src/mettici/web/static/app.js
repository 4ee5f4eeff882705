// What the page shows when: the start, a wait, a result, a comparison, the coach, or what went wrong.
import * as api from "./api.js";
import { available } from "./camera.js";
import { Coach } from "./coach.js";
import { comparison } from "./compare.js";
import { announce, byId, el } from "./dom.js";
import { forget } from "./pictures.js";
import { result } from "./result.js";
import { data, speak, t } from "./texts.js";

const start = byId("start");
const stage = byId("stage");
let shown = []; // the photos on show
let turn = null; // what is under way, to be stopped by what comes next
let coach = null;

function leave() {
  turn?.abort();
  coach?.stop();
  coach = null;
  forget();
}

function show(...nodes) {
  start.hidden = nodes.length > 0;
  stage.hidden = nodes.length === 0;
  stage.replaceChildren(...nodes);
  window.scrollTo({ top: 0 });
}

function bar(...buttons) {
  const again = el("button", { class: "button small", type: "button", id: "again", onclick: home }, t("again"));
  return el("div", { class: "bar" }, again, ...buttons);
}

function home() {
  leave();
  shown = [];
  show();
  byId("file").focus({ preventScroll: true });
}

function focusVerdict(text) {
  byId("verdict")?.focus({ preventScroll: true });
  announce(text);
}

function wait(text) {
  const line = el("p", {}, text);
  show(el("div", { class: "wait" }, el("div", { class: "breath", "aria-hidden": "true" }), line));
  announce(text);
  return () => (line.textContent = t("queue"));
}

function sorry(message, remedy) {
  show(bar(), el("div", { class: "sorry card", role: "alert" },
    el("h2", { tabindex: "-1", id: "verdict" }, t("failed")), el("p", {}, message), el("p", {}, remedy)));
  byId("verdict").focus({ preventScroll: true });
}

async function judge(files, note = null) {
  leave();
  shown = files;
  const mine = (turn = new AbortController());
  const several = files.length > 1;
  const onWait = wait(several ? t("looking_several", { count: files.length }) : t("looking"));
  try {
    const answer = await (several ? api.rank(files, onWait, mine.signal) : api.check(files[0], onWait, mine.signal));
    if (mine.signal.aborted) return;
    if (several) showRanking(answer, note);
    else showResult(answer);
  } catch (error) {
    if (mine.signal.aborted) return;
    if (error instanceof api.Problem) return void sorry(error.message, error.remedy);
    sorry(t("broken"), t("broken_remedy"));
    throw error;
  }
}

function showResult(report, back = null) {
  show(bar(back), result(report));
  focusVerdict(`${t(`verdict_${report.verdict}`)}. ${t("score", { score: report.score })}.`);
}

function showRanking(answer, note) {
  const back = () => el("button", { class: "button small", type: "button", onclick: () => showRanking(answer, note) }, t("back"));
  show(bar(), comparison(answer, (report) => showResult(report, back())), note ? el("p", { class: "notice" }, note) : "");
  focusVerdict(`${t("compare")}. ${answer.why ?? ""}`);
}

function take(list) {
  const files = [...list].filter((file) => file.size > 0 || file.type);
  if (!files.length) return;
  const over = files.length > data.shots ? t("too_many", { shots: data.shots }) : null;
  judge(files.slice(0, data.shots), over);
}

async function openCoach() {
  if (!available()) return void byId("snap").click();
  leave();
  shown = [];
  const mine = (coach = new Coach((file) => judge([file]), home));
  show(mine.view);
  byId("verdict").focus({ preventScroll: true });
  try {
    await mine.start();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (coach !== mine) return;
    leave();
    sorry(t("coach_denied"), t("coach_denied_remedy"));
  }
}

function listen() {
  const drop = byId("drop");
  for (const id of ["file", "snap"])
    byId(id).addEventListener("change", (event) => {
      take(event.target.files);
      event.target.value = "";
    });
  byId("camera").addEventListener("click", openCoach);
  addEventListener("paste", (event) => take(event.clipboardData?.files ?? []));
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const over = (on) => {
    drop.classList.toggle("over", on);
    drop.querySelector(".drop-title").textContent = t(on ? "let_go" : "drop");
  };
  addEventListener("dragover", (event) => carries(event) && (event.preventDefault(), over(true)));
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over(false);
    take(event.dataTransfer.files);
  });
  for (const button of document.querySelectorAll("[data-lang]"))
    button.addEventListener("click", () => {
      speak(button.dataset.lang);
      if (coach) openCoach();
      else if (shown.length) judge(shown);
    });
  byId("home").addEventListener("click", (event) => {
    event.preventDefault();
    home();
  });
}

listen();
