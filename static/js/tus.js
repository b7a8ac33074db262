// A small client of tus 1.0.0: one file in parts, each part sent once, going on where the server stands.
const PART = 4 * 1024 * 1024;
const PROTOCOL = { "Tus-Resumable": "1.0.0" };

/** The server does not want this file; `message` is its reason. Sending again would not help. */
export class Refused extends Error {}

/** Later it may work: nothing arrived, or the server says in `message` why not now and in `after` how many seconds. */
export class Lost extends Error {
  constructor(message = "", after = 0) {
    super(message);
    this.after = after;
  }
}

/** Nobody is logged in any more. */
export class LoggedOut extends Error {}

/** The file was moved, changed or taken away, so the browser cannot read it any more. */
export class Unreadable extends Error {}

/** The server does not know this address, or no longer. */
export class Gone extends Error {}

/** The server has another number of bytes than we thought. */
class Elsewhere extends Error {}

/**
 * Send `file` until the server has kept it; what it then says about the upload (GET of its address).
 * With `address` it goes on there; `key` makes creating it twice harmless. `told` hears address(text), sent(bytes),
 * checking(). Throws one of the errors above.
 */
export async function sendFile(file, { endpoint, address, key, signal, told }) {
  const place = address || (await create(endpoint, file, key, signal));
  told.address(place);
  return sendParts(file, place, address ? await offsetOf(place, signal) : 0, signal, told);
}

/** Tell the server to throw the upload away. What it cannot be told it forgets by itself. */
export function forget(address) {
  return request("DELETE", address, { headers: PROTOCOL }).catch(() => {});
}

async function create(endpoint, file, key, signal) {
  const headers = {
    ...PROTOCOL,
    "Upload-Length": String(file.size),
    "Upload-Metadata": `filename ${base64(file.name)}`,
    "Idempotency-Key": key,
  };
  const answer = await request("POST", endpoint, { headers, signal });
  return new URL(answer.getResponseHeader("Location"), location.href).pathname;
}

async function offsetOf(address, signal) {
  const answer = await request("HEAD", address, { headers: PROTOCOL, signal });
  return Number(answer.getResponseHeader("Upload-Offset"));
}

async function sendParts(file, address, start, signal, told) {
  let offset = start;
  while (offset < file.size) {
    told.sent(offset);
    offset = await sendPart(file, address, offset, signal, told);
  }
  told.sent(file.size);
  told.checking();
  return finish(address, offset, signal);
}

async function sendPart(file, address, offset, signal, told) {
  const body = await read(file, offset);
  const isLast = offset + body.byteLength === file.size;
  try {
    const answer = await patch(address, offset, body, signal, {
      progress: (bytes) => told.sent(offset + bytes),
      done: () => isLast && told.checking(),
    });
    return Number(answer.getResponseHeader("Upload-Offset"));
  } catch (error) {
    if (!(error instanceof Elsewhere)) throw error;
    return offsetOf(address, signal);
  }
}

/** What became of the upload. Where the last part arrived but its answer did not, nothing more is sent to finish it. */
async function finish(address, offset, signal) {
  let upload = await describe(address, signal);
  if (upload.state === "open") {
    await patch(address, offset, new ArrayBuffer(0), signal, {});
    upload = await describe(address, signal);
  }
  if (upload.state === "refused") throw new Refused(upload.failure?.detail ?? "");
  if (!upload.media) throw new Lost();
  return upload;
}

async function describe(address, signal) {
  const answer = await request("GET", address, { headers: { ...PROTOCOL, Accept: "application/json" }, signal });
  return JSON.parse(answer.responseText);
}

function patch(address, offset, body, signal, hear) {
  const headers = {
    ...PROTOCOL,
    "Upload-Offset": String(offset),
    "Content-Type": "application/offset+octet-stream",
  };
  return request("PATCH", address, { headers, body, signal, hear });
}

/** One part of the file; four megabytes at most. */
async function read(file, offset) {
  try {
    return await file.slice(offset, offset + PART).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

/** The finished XMLHttpRequest when its answer is good; one of the errors above when not. */
export function request(method, url, { headers = {}, body = null, signal, hear = {} } = {}) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.open(method, url);
    for (const [name, value] of Object.entries(headers)) asked.setRequestHeader(name, value);
    if (method !== "GET" && method !== "HEAD") asked.setRequestHeader("X-CSRFToken", csrfToken());
    asked.upload.onprogress = (step) => hear.progress?.(step.loaded);
    asked.upload.onload = () => hear.done?.();
    asked.onload = () => (asked.status < 300 ? resolve(asked) : reject(problem(asked)));
    asked.onerror = () => reject(new Lost());
    asked.onabort = () => reject(signal.reason);
    signal?.addEventListener("abort", () => asked.abort(), { once: true });
    if (signal?.aborted) reject(signal.reason);
    else asked.send(body);
  });
}

function problem(asked) {
  const { status } = asked;
  if (status === 401 || status === 403) return new LoggedOut();
  if (status === 404 || status === 410) return new Gone();
  const { code, detail } = told(asked.responseText);
  if (status === 409 && code === "offset") return new Elsewhere();
  const isLater = status === 409 || status === 429 || status >= 500;
  return isLater ? new Lost(detail, Number(asked.getResponseHeader("Retry-After"))) : new Refused(detail || String(status));
}

/** The problem of an answer; nothing where somebody else than our server has answered. */
function told(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The cookie is newer than the page's field when somebody logged in again in another tab. */
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((each) => /^(__Host-)?csrf=/.test(each));
  return cookie?.split("=")[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
