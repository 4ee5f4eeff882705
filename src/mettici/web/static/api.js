// The server that this page came from, and no other.
import { data, lang } from "./texts.js";

const PATIENCE = 20;
const OWN = ["localhost", "127.0.0.1", "[::1]"];

// Why there is no answer: `failure` is what `failure.js` tells people, `status` and `wait` are the server's.
export class Problem extends Error {
  constructor(failure, status = 0, wait = 1) {
    super(failure.key ?? failure.code);
    Object.assign(this, { failure, status, wait });
  }
}

const addressed = (path, query) => `${data.root}/v1/${path}?${new URLSearchParams({ ...query, lang: lang() })}`;
const offline = () => new Problem({ key: OWN.includes(location.hostname) ? "offline_own" : "offline" });

function refused(status, told, retryAfter) {
  const { code, translations } = told ?? {};
  return new Problem(translations ? { code, translations } : { key: "broken" }, status, Number(retryAfter) || 1);
}

// `heard` is told the share that is sent. Not with fetch, which says nothing of that.
function send(path, query, body, heard, signal) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressed(path, { ...query, translations: "true" }));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => heard("sending", loaded / total);
    request.upload.onload = () => heard("judging");
    request.onerror = () => failed(offline());
    request.onload = () => {
      const { status, response } = request;
      if (status === 200 && response) done(response);
      else failed(refused(status, response, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => failed(signal.reason);
    request.send(body);
  });
}

// Ask again for as long as the server is only busy.
async function patiently(ask, heard, signal) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || tries >= PATIENCE) throw error;
      heard("queue");
      await new Promise((done) => setTimeout(done, 1000 * error.wait * (1 + Math.random())));
      signal.throwIfAborted();
    }
  }
}

// The report on one photo, or the ranking of several.
export function judge(files, policy, heard, signal) {
  const several = files.length > 1;
  const form = new FormData();
  for (const file of files) form.append(several ? "photos" : "photo", file, file.name);
  const query = { preview: "true", crop: "true", policy };
  return patiently(() => send(several ? "rank" : "check", query, form, heard, signal), heard, signal);
}

// What to say on one frame of the camera.
export async function coach(frame, policy, signal) {
  let answer;
  try {
    answer = await fetch(addressed("coach", { policy }), { method: "POST", body: frame, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw offline();
  }
  if (answer.ok) return answer.json();
  throw refused(answer.status, await answer.json().catch(() => null), answer.headers.get("Retry-After"));
}
