// The server that this page came from, and no other.
import { data, lang, t } from "./texts.js";

const PATIENCE = 20;

// What the server could not do, and what helps: `message` and `remedy`.
export class Problem extends Error {
  constructor(message, remedy, status = 0, wait = 1) {
    super(message);
    Object.assign(this, { remedy, status, wait });
  }
}

async function post(path, query, body, signal) {
  const address = `${data.root}/v1/${path}?${new URLSearchParams({ ...query, lang: lang() })}`;
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(t("offline"), t("offline_remedy"));
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const wait = Number(answer.headers.get("Retry-After")) || 1;
  throw new Problem(told.detail ?? t("failed"), told.remedy ?? "", answer.status, wait);
}

// Ask again for as long as the server is only busy.
async function patiently(ask, onWait) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || tries >= PATIENCE) throw error;
      onWait?.();
      await new Promise((done) => setTimeout(done, 1000 * error.wait * (1 + Math.random())));
    }
  }
}

const PICTURES = { preview: "true", crop: "true" };

export function check(file, onWait, signal) {
  const form = new FormData();
  form.append("photo", file, file.name);
  return patiently(() => post("check", PICTURES, form, signal), onWait);
}

export function rank(files, onWait, signal) {
  const form = new FormData();
  for (const file of files) form.append("photos", file, file.name);
  return patiently(() => post("rank", PICTURES, form, signal), onWait);
}

export const coach = (frame, signal) => post("coach", {}, frame, signal);
