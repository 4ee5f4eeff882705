// The page's views: the start, photos being judged or their result, and the coach. Each is an entry in the history.
import * as api from "./api.js";
import { available } from "./camera.js";
import { Coach } from "./coach.js";
import { comparison } from "./compare.js";
import { announce, byId, el } from "./dom.js";
import { failureTexts, failureView } from "./failure.js";
import { revokeUrls } from "./pictures.js";
import * as policies from "./policy.js";
import { result } from "./result.js";
import * as session from "./session.js";
import { data, remember, setLanguage, lang, t } from "./texts.js";
import { Wait } from "./wait.js";

const start = byId("start");
const stage = byId("stage");
const AT_START = { view: "start" };
let view = null; // the view on the stage: `nodes`, `title`, `announcement`, and `relabel` if it can change language in place
let current = null; // aborts what the current view is doing
let coach = null;

function leave() {
  current?.abort();
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
  revokeUrls();
  stage.replaceChildren(...(view?.nodes() ?? []));
  updateTitle();
}

function updateTitle() {
  document.title = view ? `${view.title()} · mettici` : t("title");
  announce(view ? view.announcement() : "");
}

// Open another view; Back returns to this one.
function go(state, replace = false) {
  history[replace ? "replaceState" : "pushState"](state, "", location.href);
  return open(state);
}

// Show the view of a history entry.
async function open(state, top = true) {
  leave();
  const { signal } = (current = new AbortController());
  if (state?.view === "coach") return openCoach(top);
  const entry = state?.view === "photos" ? await session.get(state.id) : null;
  if (signal.aborted) return;
  if (!entry) return show(null, top);
  policies.choose(entry.policy);
  if (entry.answer) return showAnswer(entry, state, top);
  if (entry.failure) return showFailure(entry, state, top);
  return judge(entry, state, signal);
}

function bar(...more) {
  const again = el("button", { class: "button small", type: "button", id: "again", onclick: () => go(AT_START) }, t("again"));
  return el("div", { class: "bar" }, again, ...more);
}

const policyChooser = (entry) => policies.chooser(() => submit(entry.files, entry.notes));

async function judge(entry, state, signal) {
  const wait = new Wait(entry.files, () => history.back());
  show(wait, true);
  try {
    rejectTooLarge(entry.files);
    const files = (entry.files = await readAll(entry.files));
    const answer = await api.judge(files, entry.policy, wait.onProgress, signal);
    if (signal.aborted) return;
    entry.answer = answer;
    showAnswer(entry, state, true);
  } catch (error) {
    if (signal.aborted) return;
    Object.assign(entry, { answer: null, failure: error.failure ?? { key: "broken" } });
    showFailure(entry, state, true);
    if (!(error instanceof api.Problem)) throw error;
  } finally {
    if (!signal.aborted) await session.put(state.id, entry);
  }
}

// Fail early: no phone should spend minutes on uploading what the server will refuse.
function rejectTooLarge(files) {
  const [large] = files.filter((file) => file.size > data.maxBytes);
  if (large) throw new api.Problem({ key: "too_heavy", code: "too_large", values: sizeValues(large) });
}

const sizeValues = (file) => ({ name: file.name, limit: Math.round(data.maxBytes / 2 ** 20) });

// Read the files into memory: on a phone, a file in the cloud or on a card may be gone before a retry.
async function readAll(files) {
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
    announcement: () => `${verdict()}. ${t("score", { score: report.score })}.`,
    nodes: () => [bar(back() ?? policyChooser(entry)), result(report)],
  }, top);
}

function ranking(entry, { id }) {
  const { answer } = entry;
  const open = (detail) => go({ view: "photos", id, detail });
  const notes = () => entry.notes.map(({ key, values }) => el("p", { class: "notice" }, t(key, values)));
  return {
    title: () => t("compare"),
    announcement: () => `${t("compare")}. ${answer.translations[lang()].why ?? ""}`,
    nodes: () => [bar(policyChooser(entry)), ...notes(), comparison(answer, open)],
  };
}

function showFailure(entry, state, top) {
  const retry = () => {
    entry.failure = null;
    open(state);
  };
  show({
    title: () => t("failed"),
    announcement: () => Object.values(failureTexts(entry.failure)).join(" "),
    nodes: () => failureView(entry.failure, entry.files, bar(), retry),
  }, top);
}

// Judge the chosen files; those that are too large, or too many, become notes beside the result.
async function submit(list, notes = []) {
  let files = [...list].filter((file) => file.size > 0 || file.type);
  if (!files.length) return;
  const large = files.filter((file) => file.size > data.maxBytes);
  if (large.length && large.length < files.length) {
    files = files.filter((file) => !large.includes(file));
    notes = [...notes, ...large.map((file) => ({ key: "too_heavy", values: sizeValues(file) }))];
  }
  if (files.length > data.shots) notes = [...notes, { key: "too_many", values: { shots: data.shots } }];
  const entry = { files: files.slice(0, data.shots), policy: policies.policy(), notes, answer: null, failure: null };
  const state = { view: "photos", id: session.newId() };
  const stored = session.put(state.id, entry);
  await go(state, history.state?.view === "coach");
  await stored;
}

async function openCoach(top) {
  const started = (coach = new Coach((file) => submit([file]), () => history.back()));
  show(started, top);
  try {
    await started.start();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (coach !== started) return;
    leave();
    showFailure({ files: [], failure: { key: "coach_denied" } }, { view: "coach" }, top);
  }
}

function listen() {
  const drop = byId("drop");
  for (const id of ["file", "snap"])
    byId(id).addEventListener("change", (event) => {
      submit(event.target.files);
      event.target.value = "";
    });
  byId("camera").addEventListener("click", () => (available() ? go({ view: "coach" }) : byId("snap").click()));
  addEventListener("paste", (event) => submit(event.clipboardData?.files ?? []));
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const highlight = (on) => {
    drop.classList.toggle("over", on);
    drop.querySelector(".drop-title").textContent = t(on ? "let_go" : "drop");
  };
  addEventListener("dragover", (event) => hasFiles(event) && (event.preventDefault(), highlight(true)));
  addEventListener("dragleave", (event) => event.relatedTarget === null && highlight(false));
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    highlight(false);
    submit(event.dataTransfer.files);
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
    event.preventDefault(); // the anchor would add a history entry
    byId("main").focus();
  });
  addEventListener("popstate", (event) => {
    remember("lang", lang());
    open(event.state, false);
  });
}

// No new request: responses contain every language.
function switchTo(language) {
  setLanguage(language);
  policies.relabel();
  if (view?.relabel) {
    view.relabel();
    updateTitle();
    return;
  }
  const top = scrollY;
  draw();
  scrollTo({ top, behavior: "instant" });
}

listen();
if (history.state) open(history.state, false);
