/** Messages on their way: one at a time, in order, each again under its own id until answered. */

import { Refused } from "./wire.js";

const FIRST_WAIT_MS = 800;
const LONGEST_WAIT_MS = 15_000;
const MOST_FAILURES = 4; // of the server itself; an absent network is waited for without end

export class Outbox {
  #queue = [];
  #running = false;
  #wake = () => {};
  #post;
  #told;

  /** `post(item)` sends one; `told` has `waiting(item)`, `answered(item, answer)`, `refused(item, error)`, `changed(items)`. */
  constructor(post, told) {
    this.#post = post;
    this.#told = told;
    window.addEventListener("online", () => this.now());
  }

  get busy() {
    return this.#queue.length > 0;
  }

  get items() {
    return this.#queue;
  }

  push(item) {
    this.#queue.push(item);
    this.#told.changed(this.#queue);
    this.#run();
  }

  /** Try again without waiting any longer. */
  now() {
    this.#wake();
  }

  clear() {
    this.#queue.length = 0;
    this.#told.changed(this.#queue);
    this.now();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    while (this.#queue.length) await this.#send(this.#queue[0]);
    this.#running = false;
  }

  async #send(item) {
    let failures = 0;
    for (let attempt = 0; this.#queue[0] === item; attempt += 1) {
      try {
        const answer = await this.#post(item);
        if (this.#queue[0] === item) this.#finish(() => this.#told.answered(item, answer));
        return;
      } catch (error) {
        if (this.#queue[0] !== item) return;
        const refused = error instanceof Refused;
        if (refused && !error.passing) failures += error.status >= 500 ? 1 : MOST_FAILURES;
        if (failures >= MOST_FAILURES) {
          this.#finish(() => this.#told.refused(item, error));
          return;
        }
        this.#told.waiting(item);
        await this.#wait(Math.max(wait(attempt), refused ? error.waitMs : 0));
      }
    }
  }

  #finish(tell) {
    this.#queue.shift();
    this.#told.changed(this.#queue);
    tell();
  }

  #wait(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function wait(attempt) {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return full * (0.6 + 0.4 * Math.random());
}
