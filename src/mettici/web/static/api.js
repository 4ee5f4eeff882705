// Requests to the server that this page came from.
import { data, lang } from "./texts.js";

const MAX_RETRIES = 20;
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

// A failed request: `failure` is what `failure.js` shows; `status` and `wait` (seconds before a retry) come from the server.
export class Problem extends Error {
  constructor(failure, status = 0, wait = 1) {
    super(failure.key ?? failure.code);
    Object.assign(this, { failure, status, wait });
  }
}

const endpoint = (path, query) => `${data.root}/v1/${path}?${new URLSearchParams({ ...query, lang: lang() })}`;
const offline = () => new Problem({ key: LOCAL_HOSTS.includes(location.hostname) ? "offline_own" : "offline" });

function problemFrom(status, body, retryAfter) {
  const { code, translations } = body ?? {};
  return new Problem(translations ? { code, translations } : { key: "broken" }, status, Number(retryAfter) || 1);
}

// XMLHttpRequest, because fetch does not report upload progress. `onProgress` gets the phase, and the share sent so far.
function send(path, query, body, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", endpoint(path, { ...query, translations: "true" }));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress("sending", loaded / total);
    request.upload.onload = () => onProgress("judging");
    request.onerror = () => reject(offline());
    request.onload = () => {
      const { status, response } = request;
      if (status === 200 && response) resolve(response);
      else reject(problemFrom(status, response, request.getResponseHeader("Retry-After")));
    };
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => reject(signal.reason);
    request.send(body);
  });
}

// Retry while the server is only busy.
async function retryWhileBusy(request, onProgress, signal) {
  for (let retries = 0; ; retries += 1) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || retries >= MAX_RETRIES) throw error;
      onProgress("queue");
      await new Promise((resolve) => setTimeout(resolve, 1000 * error.wait * (1 + Math.random())));
      signal.throwIfAborted();
    }
  }
}

// The report on one photo, or the ranking of several.
export function judge(files, policy, onProgress, signal) {
  const several = files.length > 1;
  const form = new FormData();
  for (const file of files) form.append(several ? "photos" : "photo", file, file.name);
  const query = { preview: "true", crop: "true", policy };
  return retryWhileBusy(() => send(several ? "rank" : "check", query, form, onProgress, signal), onProgress, signal);
}

// The coach's hints for one frame of the camera.
export async function coach(frame, policy, signal) {
  let response;
  try {
    response = await fetch(endpoint("coach", { policy }), { method: "POST", body: frame, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw offline();
  }
  if (response.ok) return response.json();
  throw problemFrom(response.status, await response.json().catch(() => null), response.headers.get("Retry-After"));
}
