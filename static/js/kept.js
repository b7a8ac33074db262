// What this browser remembers of uploads that are not posted, so that a reload or a crash loses nothing.
const TAB = `${Date.now()}-${Math.random()}`;
const LOCK = "compose:";

/** One person's unposted uploads in this browser: {id, name, size, changed, address, media, sent, alt, tab}. */
export class Kept {
  constructor(person) {
    this.key = `uploads:${person}`;
    navigator.locks?.request(LOCK + TAB, () => new Promise(() => {}));
  }

  /** Those no open tab is working on; they are this tab's from now on. */
  async adopt() {
    const held = (await navigator.locks?.query())?.held?.map(({ name }) => name) ?? [];
    const free = this.#all().filter((entry) => entry.tab !== TAB && !held.includes(LOCK + entry.tab));
    free.forEach((entry) => this.put(entry));
    return free;
  }

  put(entry) {
    const others = this.#all();
    const at = others.findIndex(({ id }) => id === entry.id);
    others.splice(at < 0 ? others.length : at, at < 0 ? 0 : 1, { ...entry, tab: TAB });
    this.#write(others);
  }

  drop(id) {
    this.#write(this.#all().filter((entry) => entry.id !== id));
  }

  #all() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  #write(entries) {
    try {
      if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch {
      // A full or forbidden store only means that a reload forgets.
    }
  }
}
