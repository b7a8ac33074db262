import { Gone, LoggedOut, Lost, Refused, Unreadable, forget, request, sendFile } from "./tus.js";

const AT_ONCE = 2;
const LONGEST_WAIT = 30;

/** Sends the files of rows, two at a time; what was lost is tried again, later each time. */
export class Uploader {
  #rows = new Set();

  /** `changed(row)` is called when the state of a row has changed. */
  constructor(endpoint, changed) {
    this.endpoint = endpoint;
    this.changed = changed;
    addEventListener("online", () => this.#rows.forEach((row) => row.state === "lost" && this.again(row)));
  }

  add(row) {
    row.tries = 0;
    row.key = newKey();
    this.#rows.add(row);
    this.#set(row, "waiting");
    this.#next();
  }

  /** Try at once what waits for its next try. */
  again(row) {
    clearInterval(row.timer);
    this.#set(row, "waiting");
    this.#next();
  }

  /** Stop sending and throw away what the server has of it. */
  drop(row) {
    clearInterval(row.timer);
    this.#rows.delete(row);
    row.abort?.abort();
    if (row.isOurs) request("DELETE", row.mediaAddress).catch(() => {});
    else if (row.address && row.state !== "ready") forget(row.address);
    this.#next();
  }

  #next() {
    const busy = [...this.#rows].filter(({ state }) => state === "sending" || state === "checking").length;
    const waiting = [...this.#rows].filter(({ state }) => state === "waiting");
    waiting.slice(0, Math.max(AT_ONCE - busy, 0)).forEach((row) => this.#send(row));
  }

  async #send(row) {
    this.#set(row, "sending");
    row.abort = new AbortController();
    try {
      row.keep(await sendFile(row.file, this.#order(row)));
      this.#set(row, row.state);
    } catch (error) {
      if (this.#rows.has(row)) this.#failed(row, error);
    }
    this.#next();
  }

  #order(row) {
    const told = {
      address: (address) => {
        row.address = address;
        row.tries = 0;
        this.changed(row);
      },
      sent: (bytes) => row.progress(bytes),
      checking: () => this.#set(row, "checking"),
    };
    return { endpoint: this.endpoint, address: row.address, key: row.key, signal: row.abort.signal, told };
  }

  #failed(row, error) {
    if (error instanceof Refused) return this.#set(row, "refused", error.message);
    if (error instanceof Unreadable) return this.#set(row, "unread");
    if (error instanceof LoggedOut) return this.#set(row, "stopped");
    if (error instanceof Gone) {
      row.address = "";
      row.key = newKey();
    }
    row.why = error instanceof Lost ? error.message : "";
    this.#wait(row, error.after);
  }

  #wait(row, asked) {
    const longest = Math.min(2 ** row.tries, LONGEST_WAIT);
    const until = Date.now() + 1000 * (asked || longest * (0.75 + Math.random() / 2));
    row.tries += 1;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) this.again(row);
      else this.#set(row, "lost", left);
    };
    row.timer = setInterval(tick, 1000);
    tick();
  }

  #set(row, state, detail = "") {
    row.show(state, detail);
    this.changed(row);
  }
}

const newKey = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;
