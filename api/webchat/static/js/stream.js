/** The live stream: server-sent events, opened again with growing patience from where it broke. */

import { streamPath } from "./wire.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const HIDDEN_MS = 60_000;

export class Stream {
  #source = null;
  #timer = 0;
  #failures = 0;
  #wanted = false;
  #told;

  /** `told` has `after()`, `entry(entry)`, `gone()`, `state("live" | "away")`. */
  constructor(told) {
    this.#told = told;
    window.addEventListener("online", () => this.#reopen());
    window.addEventListener("offline", () => this.#broken());
    window.addEventListener("pageshow", (event) => event.persisted && this.#reopen());
    document.addEventListener("visibilitychange", () => this.#onVisibility());
  }

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    this.#drop();
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #connect() {
    this.#drop();
    const source = new EventSource(streamPath(this.#told.after()));
    this.#source = source;
    source.addEventListener("open", () => {
      this.#failures = 0;
      this.#told.state("live");
    });
    source.addEventListener("entry", (event) => this.#told.entry(JSON.parse(event.data)));
    source.addEventListener("gone", () => {
      this.close();
      this.#told.gone();
    });
    // The browser would knock every two seconds for ever, and not at all after an HTTP error.
    source.addEventListener("error", () => source === this.#source && this.#broken());
  }

  #broken() {
    this.#drop();
    if (!this.#wanted) return;
    this.#told.state("away");
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), wait * (0.6 + 0.4 * Math.random()));
  }

  #reopen() {
    if (!this.#wanted) return;
    this.#failures = 0;
    this.#connect();
  }

  /** A page nobody looks at holds no connection: browsers allow six to a host, over all tabs. */
  #onVisibility() {
    if (!this.#wanted) return;
    clearTimeout(this.#timer);
    if (document.hidden) {
      this.#timer = setTimeout(() => this.#drop(), HIDDEN_MS);
    } else if (this.#source === null) {
      this.#reopen();
    }
  }
}
