/** The messages in their order, each once, whichever way they came. */

import { finishing, onKey } from "./choices.js";
import { byId, calm, of, sign } from "./dom.js";
import { again, pastOf, replyOf, saidOf, sameness } from "./replies.js";
import { text } from "./texts.js";

const NEAR_PX = 120;

export class Log {
  #box = byId("log");
  #scroller = byId("scroller");
  #newest = byId("newest");
  #seen = new Set();
  #slots = new Map();
  #labels = new Map();
  #last = 0;
  #hint = null;

  /** `told` has `press(button, how)` and `takeBack(words)`. */
  constructor(told) {
    this.#box.addEventListener("click", (event) => this.#onClick(event, told));
    this.#box.addEventListener("keydown", onKey);
    this.#newest.addEventListener("click", () => this.toEnd());
    this.#scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
  }

  /** The sequence of the last entry shown. */
  get last() {
    return this.#last;
  }

  /** What is expected to be typed now; null for nothing in particular. */
  get hint() {
    return this.#hint;
  }

  /** While a whole history comes in nothing is read out. */
  set loading(busy) {
    this.#box.setAttribute("aria-busy", String(busy));
  }

  set working(busy) {
    this.#box.classList.toggle("working", busy);
    this.#box.querySelector(".waiting")?.remove();
    if (busy) {
      const dots = of("div", { class: "waiting", "aria-hidden": "true" }, of("i"), of("i"), of("i"));
      dots.order = Number.MAX_VALUE;
      this.#box.append(dots);
    }
  }

  has(sequence) {
    return this.#seen.has(sequence);
  }

  label(button) {
    return this.#labels.get(button) ?? "";
  }

  know(button, label) {
    this.#labels.set(button, label);
  }

  clear() {
    this.#box.replaceChildren();
    this.#seen.clear();
    this.#slots.clear();
    this.#last = 0;
    this.#hint = null;
  }

  /** One line of the transcript; true when it was new. */
  add(entry) {
    if (this.#seen.has(entry.sequence)) return false;
    this.#seen.add(entry.sequence);
    this.#last = Math.max(this.#last, entry.sequence);
    if (entry.direction === "out") this.#reply(entry.reply, entry.sequence);
    else this.#heard(entry.said, entry.sequence);
    return true;
  }

  #heard(said, sequence) {
    const words = this.wordsOf(said);
    if (words === "") {
      this.#age(sequence); // its answer may have come before it
      return;
    }
    const element = this.say(words);
    element.toggle = said.kind === "pressed";
    this.acknowledge(element, sequence);
  }

  /** What somebody said in words; empty for a button whose label nobody knows any more. */
  wordsOf(said) {
    if (said.kind === "said") return said.text;
    if (said.kind === "attached") return [said.name, said.text].filter(Boolean).join("\n");
    if (said.kind === "pressed") return this.#picked(said.button) || this.label(said.button);
    return "";
  }

  /** Where a button finishes a choice of several: what is picked on the page. */
  #picked(button) {
    const asked = this.#slots.get("question");
    if (asked?.reply.input?.kind !== "choices" || finishing(asked.reply)?.id !== button) return "";
    const picked = asked.element.querySelectorAll("[aria-pressed='true'] .label");
    const labels = Array.from(picked, (label) => label.textContent);
    return labels.join(asked.reply.language === "zh" ? "、" : ", ");
  }

  /** Show a pick before its answer is there. */
  flip(button) {
    const found = this.#box.querySelector(`.latest [data-button="${CSS.escape(button)}"]`);
    if (!found?.hasAttribute("aria-pressed")) return;
    found.setAttribute("aria-pressed", String(found.getAttribute("aria-pressed") !== "true"));
  }

  #reply(reply, sequence) {
    for (const [button, label] of labelsOf(reply)) this.#labels.set(button, label);
    if (reply.input || reply.kind !== "notice") this.#hint = reply.input;
    const before = reply.slot ? this.#slots.get(reply.slot) : null;
    if (before && (this.#showAgain(before, reply) || this.#flipped(before, reply))) return;
    for (const bubble of this.#box.querySelectorAll(".said[hidden]")) {
      bubble.hidden = false;
      this.#age();
    }
    if (before) {
      const past = pastOf(before.reply);
      past.order = before.element.order;
      before.element.replaceWith(past);
    }
    const element = replyOf(reply);
    element.order = sequence;
    this.#place(element);
    if (reply.slot) this.#slots.set(reply.slot, { reply, element });
  }

  /** A picked choice changes its question where it stands, and the press leaves no line. */
  #showAgain(before, reply) {
    if (reply.input?.kind !== "choices" || sameness(before.reply) !== sameness(reply)) return false;
    const after = Array.from(this.#box.children).filter((each) => each.order > before.element.order);
    const only = after.filter((each) => !each.classList.contains("waiting"));
    if (only.some((each) => !each.toggle)) return false;
    only.forEach((each) => each.remove());
    again(before.element, reply);
    before.element.classList.add("latest");
    before.reply = reply;
    return true;
  }

  /** A card of which just now nothing but a button has become another one stays where it is. */
  #flipped(before, reply) {
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    if (!reply.card || !same(before.reply.card, reply.card)) return false;
    if (before.reply.language !== reply.language || same(before.reply.choices, reply.choices)) return false;
    const said = Array.from(this.#box.querySelectorAll(":scope > .said"));
    if (said.filter((each) => each.order > before.element.order).length > 1) return false;
    again(before.element, reply);
    before.element.classList.add("latest");
    before.reply = reply;
    return true;
  }

  /** A bubble of what is being said; it stands last until the server has counted it. */
  say(words, { hidden = false } = {}) {
    if (!hidden) this.#age();
    const element = saidOf(words);
    element.order = Number.MAX_SAFE_INTEGER;
    element.hidden = hidden;
    element.words = words;
    this.#place(element);
    return element;
  }

  /** Where a bubble belongs, now that the server has counted it. */
  acknowledge(element, sequence) {
    element.querySelector(".unsent")?.remove();
    element.classList.remove("pending");
    element.order = sequence;
    this.#seen.add(sequence);
    this.#last = Math.max(this.#last, Math.floor(sequence));
    this.#place(element);
  }

  /** Say under a bubble that it is not out yet. */
  waiting(element, retry) {
    element.classList.add("pending");
    if (element.querySelector(".unsent")) return;
    const now = of("button", { type: "button", class: "choice quiet" }, sign("retry"), text("retry"));
    now.addEventListener("click", retry);
    element.append(of("p", { class: "unsent", role: "status" }, text("unsent"), now));
    this.toEnd();
  }

  /** A line of the page itself; it is not part of the conversation. */
  note(words, ...buttons) {
    const element = of("article", { class: "reply notice own" });
    const bubble = of("div", { class: "bubble" }, sign("notice"), of("div", {}, of("p", {}, words), ...buttons));
    element.append(bubble);
    element.order = this.#last + 0.75;
    this.#place(element);
    this.toEnd();
  }

  /** What stood there before is no longer the newest. */
  #age(sequence = Infinity) {
    for (const element of this.#box.querySelectorAll(".latest")) {
      if (element.order < sequence) element.classList.remove("latest");
    }
  }

  #place(element) {
    this.#box.querySelector(":scope > .waiting:not(:last-child)")?.remove();
    const after = Array.from(this.#box.children).find(
      (each) => each !== element && (each.order ?? Number.MAX_VALUE) > element.order,
    );
    if (element.parentNode !== this.#box || element.nextElementSibling !== (after ?? null)) {
      this.#box.insertBefore(element, after ?? null);
    }
    if (element.classList.contains("reply")) element.classList.add("latest");
  }

  #onClick(event, told) {
    const button = event.target.closest("[data-button]");
    if (button) {
      told.press(button.dataset.button, {
        label: this.label(button.dataset.button) || button.querySelector(".label").textContent,
        several: button.hasAttribute("data-several"),
        element: button,
        event,
      });
      return;
    }
    const back = event.target.closest("[data-take-back]");
    if (back) told.takeBack(back.closest(".said").words);
    const print = event.target.closest("[data-print]");
    if (print) printCard(print.closest(".card"));
  }

  get nearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  #onScroll() {
    if (this.nearEnd) this.#newest.hidden = true;
  }

  toEnd() {
    this.#newest.hidden = true;
    this.#scroll(this.#scroller.scrollHeight);
  }

  /** Show what was said and its answer from its beginning, however long it is. */
  toTurn(element) {
    const top = element?.isConnected && !element.hidden ? element.offsetTop - 12 : Infinity;
    this.#newest.hidden = true;
    this.#scroll(Math.min(top, this.#scroller.scrollHeight));
  }

  /** Something came without being asked for: follow it only where one is at the end already. */
  follow(wasNear) {
    if (wasNear) this.toEnd();
    else this.#newest.hidden = false;
  }

  #scroll(top) {
    const far = Math.abs(top - this.#scroller.scrollTop) > 1.5 * this.#scroller.clientHeight;
    this.#scroller.scrollTo({ top, behavior: far || calm() ? "instant" : "smooth" });
  }

  /** The first answer to press in the newest reply, where that is how it is answered. */
  firstAnswer() {
    const latest = Array.from(this.#box.querySelectorAll(".reply.latest")).at(-1);
    return latest?.querySelector(".answers [data-button]") ?? null;
  }

  lastReply() {
    return Array.from(this.#box.querySelectorAll(".reply")).at(-1) ?? null;
  }
}

/** What each button of a reply says; one beside a line of a card says what it is about, too. */
function labelsOf(reply) {
  const lines = (reply.card?.sections ?? []).flatMap((section) => section.lines);
  const beside = lines.flatMap((line) =>
    line.choices.map(({ id, label }) => [id, `${label} · ${line.text}`]),
  );
  return [...reply.choices.map(({ id, label }) => [id, label]), ...beside];
}

/** One card alone on paper, with everything unfolded. */
function printCard(card) {
  const folded = Array.from(card.querySelectorAll("details:not([open])"));
  folded.forEach((each) => (each.open = true));
  card.classList.add("printing");
  document.documentElement.classList.add("one-card");
  window.addEventListener(
    "afterprint",
    () => {
      folded.forEach((each) => (each.open = false));
      card.classList.remove("printing");
      document.documentElement.classList.remove("one-card");
    },
    { once: true },
  );
  window.print();
}
