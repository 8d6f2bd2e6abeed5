// What happens in a sandbox, as it happens. Told in batches, so that a busy one stays readable.
import { BASE, at, get } from "./api.js";

const PACE_MS = 80;
const AGAIN_MS = 2000;

export class Stream {
  #source = null;
  #told = { calls: [], facts: [], gap: false };
  #timer = 0;
  #again = 0;
  #path = null;
  #listeners = new Set();

  constructor(onState) {
    this.onState = onState; // "live", "waits", "lost", "gone"
    document.addEventListener("visibilitychange", () => this.#look());
  }

  // Hears batches { calls, facts, gap } until the returned function is called.
  hear(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  open(sandbox) {
    this.close();
    this.#path = at(sandbox, "events");
    this.sandbox = sandbox;
    this.#connect();
  }

  close() {
    this.#source?.close();
    this.#source = null;
    this.#path = null;
    clearTimeout(this.#again);
  }

  #connect() {
    this.#source?.close();
    const source = new EventSource(BASE + this.#path);
    this.#source = source;
    source.addEventListener("start", () => this.onState("live"));
    source.addEventListener("still", () => this.onState("live"));
    source.addEventListener("call", (e) => this.#take((t) => t.calls.push(JSON.parse(e.data))));
    source.addEventListener("fact", (e) => this.#take((t) => t.facts.push(JSON.parse(e.data))));
    source.addEventListener("gap", () => this.#take((t) => (t.gap = true)));
    source.addEventListener("end", (e) => this.#end(JSON.parse(e.data)));
    source.onerror = () => this.#lose(source);
  }

  #take(note) {
    this.onState("live");
    note(this.#told);
    this.#timer ||= setTimeout(() => this.#tell(), PACE_MS);
  }

  #tell() {
    const told = this.#told;
    this.#timer = 0;
    this.#told = { calls: [], facts: [], gap: false };
    this.#listeners.forEach((listener) => listener(told));
  }

  #end({ reason }) {
    if (reason !== "dropped") return; // it stops: the browser connects again when it is back
    this.close();
    this.onState("gone");
  }

  // The browser tries again by itself, unless it was answered with an error: then ask why.
  #lose(source) {
    if (source !== this.#source) return;
    this.onState("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    const path = this.#path;
    get(at(this.sandbox)).then(
      () => this.#retry(path),
      (refusal) => (refusal.status === 404 ? this.onState("gone") : refusal.status !== 401 && this.#retry(path)),
    );
  }

  #retry(path) {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      if (this.#path !== path) return;
      this.#take((told) => (told.gap = true)); // what happened meanwhile is not known
      this.#connect();
    }, AGAIN_MS);
  }

  // A page that nobody sees listens to nothing: it looks again when it is back.
  #look() {
    if (!this.#path) return;
    if (document.hidden) {
      this.#source?.close();
      this.#source = null;
      this.onState("waits");
    } else if (!this.#source) {
      this.#take((told) => (told.gap = true));
      this.#connect();
    }
  }
}
