/** The box to type in: it grows, keeps what was typed, and helps with the kind of answer asked for. */

import { byId, finePointer, of, sign, unseen } from "./dom.js";
import * as keeping from "./keeping.js";
import { language, text } from "./texts.js";

const FIGURES = new Set(["number", "money", "ratio"]);
const QUICK = { money: ["万", "亿"], ratio: ["%"] };
const TALLEST_PX = 180;

export class Composer {
  #form = byId("composer");
  #words = byId("words");
  #unit = byId("unit");
  #aids = byId("aids");
  #hint = null;

  /** `say(text)` sends what was typed. */
  constructor(say) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(say);
    });
    this.#words.addEventListener("keydown", (event) => {
      // While a Chinese input method is composing, Enter chooses a word.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      if (!event.repeat) this.#send(say);
    });
    this.#words.addEventListener("input", () => this.#typed());
    this.#form.querySelector(".field").addEventListener("click", (event) => {
      if (event.target.closest("button, textarea") === null) this.#words.focus();
    });
    this.put(keeping.words());
  }

  get words() {
    return this.#words.value;
  }

  /** Put a text into the box. */
  put(words) {
    this.#words.value = words;
    this.#typed();
  }

  focus() {
    this.#words.focus({ preventScroll: true });
  }

  get focused() {
    return document.activeElement === this.#words;
  }

  #send(say) {
    const words = this.#words.value.trim();
    if (!words) return;
    this.put("");
    say(words);
  }

  /** As tall as its text, or as the example that stands in it. */
  #grow() {
    this.#words.style.height = "auto";
    this.#words.style.height = `${Math.min(this.#words.scrollHeight, TALLEST_PX)}px`;
  }

  #typed() {
    this.#grow();
    this.#form.classList.toggle("filled", this.#words.value.trim() !== "");
    keeping.keepWords(this.#words.value);
  }

  /** Help with the answer that is expected; null where nothing in particular is. */
  expect(hint) {
    this.#hint = hint;
    const figures = FIGURES.has(hint?.kind);
    this.#words.inputMode = figures ? "decimal" : "text";
    this.#words.placeholder = hint?.example
      ? text("placeholder_example", { example: hint.example })
      : text("placeholder");
    this.#unit.textContent = hint?.unit ?? "";
    this.#unit.hidden = !hint?.unit;
    this.#aids.replaceChildren(...this.#aidsFor(hint));
    this.#aids.hidden = this.#aids.childElementCount === 0;
    this.#grow();
  }

  #aidsFor(hint) {
    if (hint?.kind === "date") return [this.#datePicker()];
    if (!FIGURES.has(hint?.kind)) return [];
    const quick = hint.kind === "money" && language() === "en" ? [] : (QUICK[hint.kind] ?? []);
    return [...quick.map((sign_) => this.#suffix(sign_)), this.#letters()];
  }

  /** A key a telephone's keyboard of figures lacks. */
  #suffix(words) {
    const button = of("button", { type: "button", class: "aid" }, words);
    button.addEventListener("click", () => {
      this.put(this.words.trimEnd() + words);
      this.focus();
    });
    return button;
  }

  /** On a telephone the figures' keyboard has no letters: a way to the other one. */
  #letters() {
    const button = of("button", { type: "button", class: "aid letters" }, sign("keyboard"), unseen(text("letters")));
    button.addEventListener("click", () => {
      this.#words.inputMode = this.#words.inputMode === "text" ? "decimal" : "text";
      this.#words.blur();
      this.focus();
    });
    return button;
  }

  #datePicker() {
    const picker = of("input", { type: "date", class: "date", tabindex: "-1", "aria-hidden": "true" });
    picker.addEventListener("change", () => {
      if (!picker.value) return;
      this.put(picker.value);
      if (finePointer()) this.focus();
    });
    const button = of("button", { type: "button", class: "aid" }, sign("calendar"), text("pick_date"));
    button.addEventListener("click", () => picker.showPicker?.());
    return of("span", { class: "pick" }, button, picker);
  }

  /** Speak the language of the page anew. */
  translated() {
    this.expect(this.#hint);
  }
}
