// Where the page stands: the start, photos that are judged, and the coach. Each is an entry of the browser's history.
import * as api from "./api.js";
import { available } from "./camera.js";
import { Coach } from "./coach.js";
import { comparison } from "./compare.js";
import { announce, byId, el } from "./dom.js";
import { sorry, tell } from "./failure.js";
import * as keep from "./keep.js";
import { forget } from "./pictures.js";
import * as purpose from "./policy.js";
import { result } from "./result.js";
import { data, remember, speak, lang, t } from "./texts.js";
import { Wait } from "./wait.js";

const start = byId("start");
const stage = byId("stage");
const AT_START = { view: "start" };
let view = null; // what is on the stage: its `nodes`, its `title`, what is `said` of it; `relabel`, where it can
let turn = null; // what is under way, to be stopped by what comes next
let coach = null;

function leave() {
  turn?.abort();
  coach?.stop();
  coach = null;
}

function show(next, top) {
  view = next;
  start.hidden = view !== null;
  stage.hidden = view === null;
  draw();
  if (top) scrollTo({ top: 0 });
  (view ? stage.querySelector("h1") : byId("file")).focus({ preventScroll: true });
}

function draw() {
  forget();
  stage.replaceChildren(...(view?.nodes() ?? []));
  entitle();
}

function entitle() {
  document.title = view ? `${view.title()} · mettici` : t("title");
  announce(view ? view.said() : "");
}

// Go on to another place: Back leads here again.
function go(state, replace = false) {
  history[replace ? "replaceState" : "pushState"](state, "", location.href);
  return open(state);
}

// Show what an entry of the history says.
async function open(state, top = true) {
  leave();
  const mine = (turn = new AbortController());
  if (state?.view === "coach") return openCoach(top);
  const entry = state?.view === "photos" ? await keep.get(state.id) : null;
  if (mine.signal.aborted) return;
  if (!entry) return show(null, top);
  purpose.choose(entry.policy);
  if (entry.answer) return showAnswer(entry, state, top);
  if (entry.failure) return showFailure(entry, state, top);
  return judge(entry, state, mine.signal);
}

function bar(...more) {
  const again = el("button", { class: "button small", type: "button", id: "again", onclick: () => go(AT_START) }, t("again"));
  return el("div", { class: "bar" }, again, ...more);
}

const purposeOf = (entry) => purpose.chooser(() => take(entry.files, entry.notes));

async function judge(entry, state, signal) {
  const wait = new Wait(entry.files, () => history.back());
  show(wait, true);
  try {
    weighed(entry.files);
    const files = (entry.files = await held(entry.files));
    const answer = await api.judge(files, entry.policy, wait.heard, signal);
    if (signal.aborted) return;
    entry.answer = answer;
    showAnswer(entry, state, true);
  } catch (error) {
    if (signal.aborted) return;
    Object.assign(entry, { answer: null, failure: error.failure ?? { key: "broken" } });
    showFailure(entry, state, true);
    if (!(error instanceof api.Problem)) throw error;
  } finally {
    if (!signal.aborted) await keep.put(state.id, entry);
  }
}

// No phone should send for minutes what the server will not take.
function weighed(files) {
  const [heavy] = files.filter((file) => file.size > data.maxBytes);
  if (heavy) throw new api.Problem({ key: "too_heavy", code: "too_large", values: heaviness(heavy) });
}

const heaviness = (file) => ({ name: file.name, limit: Math.round(data.maxBytes / 2 ** 20) });

// The files in memory: on a phone, what lies in a cloud or on a card may go away before it is tried again.
async function held(files) {
  try {
    return await Promise.all(files.map(async (file) => new File([await file.arrayBuffer()], file.name, { type: file.type })));
  } catch (error) {
    if (error instanceof DOMException) throw new api.Problem({ key: "gone" });
    throw error;
  }
}

function showAnswer(entry, state, top) {
  const { answer } = entry;
  const detail = answer.ranking?.[state.detail];
  if (answer.ranking && !detail) return show(ranking(entry, state), top);
  const report = detail ?? answer;
  const verdict = () => t(`verdict_${report.verdict}`);
  const back = () => detail && el("button", { class: "button small", type: "button", onclick: () => history.back() }, t("back"));
  show({
    title: () => `${verdict()}: ${report.path}`,
    said: () => `${verdict()}. ${t("score", { score: report.score })}.`,
    nodes: () => [bar(back() ?? purposeOf(entry)), result(report)],
  }, top);
}

function ranking(entry, { id }) {
  const { answer } = entry;
  const open = (detail) => go({ view: "photos", id, detail });
  const notes = () => entry.notes.map(({ key, values }) => el("p", { class: "notice" }, t(key, values)));
  return {
    title: () => t("compare"),
    said: () => `${t("compare")}. ${answer.translations[lang()].why ?? ""}`,
    nodes: () => [bar(purposeOf(entry)), ...notes(), comparison(answer, open)],
  };
}

function showFailure(entry, state, top) {
  const again = () => {
    entry.failure = null;
    open(state);
  };
  show({
    title: () => t("failed"),
    said: () => Object.values(tell(entry.failure)).join(" "),
    nodes: () => sorry(entry.failure, entry.files, bar(), again),
  }, top);
}

async function take(list, notes = []) {
  let files = [...list].filter((file) => file.size > 0 || file.type);
  if (!files.length) return;
  const heavy = files.filter((file) => file.size > data.maxBytes);
  if (heavy.length && heavy.length < files.length) {
    files = files.filter((file) => !heavy.includes(file));
    notes = [...notes, ...heavy.map((file) => ({ key: "too_heavy", values: heaviness(file) }))];
  }
  if (files.length > data.shots) notes = [...notes, { key: "too_many", values: { shots: data.shots } }];
  const entry = { files: files.slice(0, data.shots), policy: purpose.policy(), notes, answer: null, failure: null };
  const state = { view: "photos", id: keep.name() };
  const kept = keep.put(state.id, entry);
  await go(state, history.state?.view === "coach");
  await kept;
}

async function openCoach(top) {
  const mine = (coach = new Coach((file) => take([file]), () => history.back()));
  show(mine, top);
  try {
    await mine.start();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (coach !== mine) return;
    leave();
    showFailure({ files: [], failure: { key: "coach_denied" } }, { view: "coach" }, top);
  }
}

function listen() {
  const drop = byId("drop");
  for (const id of ["file", "snap"])
    byId(id).addEventListener("change", (event) => {
      take(event.target.files);
      event.target.value = "";
    });
  byId("camera").addEventListener("click", () => (available() ? go({ view: "coach" }) : byId("snap").click()));
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
  addEventListener("keydown", (event) => event.key === "Escape" && byId("cancel")?.click());
  for (const button of document.querySelectorAll("[data-lang]"))
    button.addEventListener("click", () => switchTo(button.dataset.lang));
  byId("home").addEventListener("click", (event) => {
    event.preventDefault();
    if (view) go(AT_START);
    else byId("file").focus();
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault(); // or it would be an entry of the history
    byId("main").focus();
  });
  addEventListener("popstate", (event) => {
    remember("lang", lang());
    open(event.state, false);
  });
}

// What is on show came in all languages: nothing is asked again.
function switchTo(language) {
  speak(language);
  purpose.relabel();
  if (view?.relabel) {
    view.relabel();
    entitle();
    return;
  }
  const top = scrollY;
  draw();
  scrollTo({ top, behavior: "instant" });
}

listen();
if (history.state) open(history.state, false);
