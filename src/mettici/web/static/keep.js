// What this tab was given, and what came of it: for Back, and for a reload. In memory; and, for the reload, in the
// browser's store, sealed with a key that only this tab has. Once the tab is closed, nobody can read it again.
const MOST = 6;
const STALE = 24 * 60 * 60 * 1000; // ms after which what a closed tab left is thrown away
const KEY = "mettici-key";
const STORE = "sealed";

const known = new Map();

const settled = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

let opening = null;

function database() {
  opening ??= (async () => {
    const request = indexedDB.open("mettici", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    const opened = await settled(request);
    const store = opened.transaction(STORE, "readwrite").objectStore(STORE);
    for (const id of await settled(store.getAllKeys())) if (Date.now() - parseInt(id, 36) > STALE) store.delete(id);
    return opened;
  })();
  return opening;
}

async function within(mode, act) {
  const opened = await database();
  return settled(act(opened.transaction(STORE, mode).objectStore(STORE)));
}

async function sealing() {
  const given = sessionStorage.getItem(KEY);
  const raw = given ? Uint8Array.from(given.split(",")) : crypto.getRandomValues(new Uint8Array(32));
  if (!given) sessionStorage.setItem(KEY, raw.join());
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function seal(id, { files, ...rest }) {
  const form = new FormData();
  form.append("rest", JSON.stringify(rest));
  for (const file of files) form.append("files", file, file.name);
  const whole = new Response(form);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealing(), await whole.clone().arrayBuffer());
  await within("readwrite", (store) => store.put({ id, type: whole.headers.get("Content-Type"), iv, sealed }));
}

async function unseal(id) {
  const record = await within("readonly", (store) => store.get(id));
  if (!record || !sessionStorage.getItem(KEY)) return null;
  const { type, iv, sealed } = record;
  const whole = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await sealing(), sealed);
  const form = await new Response(whole, { headers: { "Content-Type": type } }).formData();
  return { ...JSON.parse(form.get("rest")), files: form.getAll("files") };
}

// Browsers that keep nothing (private windows, full disks), and those that seal nothing for an address without https:
// there a reload starts afresh. Whatever else goes wrong is a fault.
async function attempted(act) {
  if (!globalThis.crypto?.subtle) return null;
  try {
    return await act();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export const name = () => Date.now().toString(36);

let tail = Promise.resolve(); // one after the other: what came of a photo must not be overwritten by its beginning

function afterOthers(act) {
  tail = tail.then(act, act);
  return tail;
}

// The newest MOST are kept; photos are large.
export async function put(id, entry) {
  known.delete(id);
  known.set(id, entry);
  const old = [...known.keys()].slice(0, -MOST);
  for (const one of old) known.delete(one);
  await afterOthers(async () => {
    await attempted(() => seal(id, entry));
    for (const one of old) await attempted(() => within("readwrite", (store) => store.delete(one)));
  });
}

export async function get(id) {
  return known.get(id) ?? attempted(() => unseal(id));
}
