/** Beside the chat on a wide screen: how far it is, and the results last seen. */

import { cardOf } from "./cards.js";
import { byId, of, paragraphs, sign } from "./dom.js";
import { barOf } from "./replies.js";
import { text } from "./texts.js";

export class Side {
  #box = byId("side");
  #progress = null;
  #words = "";
  #overview = null;
  #stale = false;
  #asked = "";

  /** `told.press` is that of the log. */
  constructor(told) {
    this.#box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-button]");
      if (!button) return;
      told.press(button.dataset.button, { label: button.querySelector(".label").textContent, event });
    });
  }

  /** Take what a reply says about the results. */
  see(reply) {
    if (reply.progress) {
      this.#progress = reply.progress;
      this.#words = reply.footer;
    }
    if (reply.kind === "overview" && reply.card) {
      this.#overview = reply.card;
      this.#stale = false;
      this.#asked = "";
    } else if (reply.kind === "question") {
      // Another question than the first one after the overview: something was answered since.
      this.#stale ||= this.#overview !== null && this.#asked !== "" && this.#asked !== reply.text;
      this.#asked = reply.text;
    }
  }

  clear() {
    this.#progress = null;
    this.#overview = null;
    this.show();
  }

  show() {
    this.#box.hidden = !this.#progress && !this.#overview;
    if (this.#box.hidden) {
      this.#box.replaceChildren();
      return;
    }
    this.#box.replaceChildren(
      ...[
        this.#far(),
        this.#overview
          ? cardOf({ ...this.#overview, badges: [] }, "overview")
          : of("p", { class: "empty" }, text("side_empty")),
        this.#stale ? this.#refresh() : null,
      ].filter(Boolean),
    );
  }

  #far() {
    if (!this.#progress) return null;
    const [first, ...rest] = paragraphs(this.#words);
    const title = first?.textContent ?? text("progress_label", this.#progress);
    return of("div", { class: "far" }, of("h2", {}, title), barOf(this.#progress), ...rest);
  }

  #refresh() {
    return of(
      "button",
      { type: "button", class: "choice plain", "data-button": "go:overview" },
      sign("retry"),
      of("span", { class: "label" }, text("side_stale")),
    );
  }
}
