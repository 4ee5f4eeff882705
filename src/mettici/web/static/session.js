// This tab's photos and their results, for Back and for a reload. They are held in memory and, to survive a reload, in
// IndexedDB, encrypted with a key that only this tab has: once the tab is closed, nobody can read them again.
const MAX_ENTRIES = 6;
const STALE = 24 * 60 * 60 * 1000; // ms after which a closed tab's entries are deleted
const KEY = "mettici-key";
const STORE = "sealed";

const entries = new Map();

const promised = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opening = null;

function database() {
  opening ??= (async () => {
    const request = indexedDB.open("mettici", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    const opened = await promised(request);
    const store = opened.transaction(STORE, "readwrite").objectStore(STORE);
    for (const id of await promised(store.getAllKeys())) if (Date.now() - parseInt(id, 36) > STALE) store.delete(id);
    return opened;
  })();
  return opening;
}

async function transact(mode, act) {
  const opened = await database();
  return promised(act(opened.transaction(STORE, mode).objectStore(STORE)));
}

async function tabKey() {
  const stored = sessionStorage.getItem(KEY);
  const raw = stored ? Uint8Array.from(stored.split(",")) : crypto.getRandomValues(new Uint8Array(32));
  if (!stored) sessionStorage.setItem(KEY, raw.join());
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function encryptAndStore(id, { files, ...rest }) {
  const form = new FormData();
  form.append("rest", JSON.stringify(rest));
  for (const file of files) form.append("files", file, file.name);
  const encoded = new Response(form);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await tabKey(), await encoded.clone().arrayBuffer());
  await transact("readwrite", (store) => store.put({ id, type: encoded.headers.get("Content-Type"), iv, sealed }));
}

async function loadAndDecrypt(id) {
  const record = await transact("readonly", (store) => store.get(id));
  if (!record || !sessionStorage.getItem(KEY)) return null;
  const { type, iv, sealed } = record;
  const encoded = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await tabKey(), sealed);
  const form = await new Response(encoded, { headers: { "Content-Type": type } }).formData();
  return { ...JSON.parse(form.get("rest")), files: form.getAll("files") };
}

// Null where the browser stores nothing (private windows, full disks), or does not encrypt because the page came without
// https. There, a reload starts from scratch. Any other error is a bug, and passes through.
async function ifPossible(act) {
  if (!globalThis.crypto?.subtle) return null;
  try {
    return await act();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export const newId = () => Date.now().toString(36);

let lastWrite = Promise.resolve();

// Writes run in order: an entry without its result must not overwrite the one that has it.
function enqueue(write) {
  lastWrite = lastWrite.then(write, write);
  return lastWrite;
}

// Only the newest MAX_ENTRIES are kept, because photos are large.
export async function put(id, entry) {
  entries.delete(id);
  entries.set(id, entry);
  const old = [...entries.keys()].slice(0, -MAX_ENTRIES);
  for (const one of old) entries.delete(one);
  await enqueue(async () => {
    await ifPossible(() => encryptAndStore(id, entry));
    for (const one of old) await ifPossible(() => transact("readwrite", (store) => store.delete(one)));
  });
}

export async function get(id) {
  return entries.get(id) ?? ifPossible(() => loadAndDecrypt(id));
}
