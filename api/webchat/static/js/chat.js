/** The conversation of this page: what is sent, what comes back, and what follows from it. */

import { Composer } from "./composer.js";
import { byKeyboard, finePointer, of, sign } from "./dom.js";
import * as keeping from "./keeping.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Page } from "./page.js";
import { Side } from "./side.js";
import { Stream } from "./stream.js";
import { day, language, preferred, speak, text } from "./texts.js";
import * as wire from "./wire.js";

const DOTS_AFTER_MS = 350;
const TWICE_MS = 600;

export class Chat {
  #held = keeping.isHeld();
  #draft = null;
  #spoke = false;
  #keyboard = false;
  #dots = 0;
  #early = [];
  #pressed = { element: null, at: 0 };
  #log = new Log({
    press: (button, how) => this.#press(button, how),
    takeBack: (words) => this.#takeBack(words),
  });
  #side = new Side({ press: (button, how) => this.#press(button, how) });
  #page = new Page({
    language: () => this.#otherLanguage(),
    go: (button, label) => this.#press(button, { label }),
    link: () => this.#link(),
    leave: () => this.#leave(),
  });
  #composer = new Composer((words) => this.#say(words));
  #outbox = new Outbox((item) => this.#post(item), {
    waiting: (item) => this.#log.waiting(item.element, () => this.#outbox.now()),
    answered: (item, answer) => this.#answered(item, answer),
    refused: (item, error) => this.#refused(item, error),
    changed: (items) => this.#onOutbox(items),
  });
  #stream = new Stream({
    after: () => this.#log.last,
    entry: (entry) => this.#came(entry),
    gone: () => this.#gone(),
    state: (name) => this.#page.status(name),
  });

  /** Open the page: by a link, where we were, or at the beginning. */
  async open() {
    speak(preferred());
    this.#page.translate(this.#held);
    this.#composer.translated();
    window.addEventListener("hashchange", () => this.#followed());
    const start = this.#joining() || (new URLSearchParams(location.search).get("start") ?? "");
    if (start) history.replaceState(null, "", location.pathname + location.hash);
    const why = await this.#follow();
    if (why === null) return;
    const lost = this.#held ? await this.#recall() : "";
    if (this.#held) {
      this.#tell(why);
      if (start) this.#send({ kind: "opened", start }, null);
      return;
    }
    this.#begin(start);
    this.#tell(why || lost);
  }

  #tell(words) {
    if (words) this.#log.note(words);
  }

  #begin(start = "") {
    this.#draft = null;
    this.#spoke = false;
    this.#log.clear();
    this.#side.clear();
    this.#page.status("fresh");
    this.#page.translate(this.#held);
    this.#send({ kind: "opened", start }, null);
  }

  // Going on

  /** The address changed while the page was open. */
  async #followed() {
    const start = this.#joining();
    if (start) this.#send({ kind: "opened", start }, null);
    else this.#tell(await this.#follow());
  }

  /** What a join code in the address opens; the code does not stay there. */
  #joining() {
    const code = /^#join=(.+)$/.exec(location.hash)?.[1];
    if (!code) return "";
    history.replaceState(null, "", location.pathname + location.search);
    return `join-${code}`;
  }

  /** Go on by the link in the address: null when that worked, else what to say of it, if anything. */
  async #follow() {
    const token = /^#resume=(.+)$/.exec(location.hash)?.[1];
    if (!token) return "";
    history.replaceState(null, "", location.pathname);
    if (this.#held && !(await this.#page.ask("replace_title", "replace_body", "replace_yes"))) return "";
    try {
      const kept = await wire.resume(decodeURIComponent(token));
      this.#stream.close();
      keeping.forget();
      this.#log.clear();
      this.#side.clear();
      await this.#enter(kept);
      return null;
    } catch (error) {
      return text("failed", { reason: error.message || text("failed_unknown") });
    }
  }

  /** Show the conversation kept for this browser; what to say when there is none any more. */
  async #recall() {
    this.#page.status("joining");
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15_000)) {
      try {
        await this.#enter(await wire.transcript(0));
        return "";
      } catch (error) {
        if (error.status === 401) {
          this.#lose();
          return text("gone");
        }
        this.#page.status("away");
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #enter(first) {
    this.#hold();
    this.#speak(first.language);
    this.#log.clear();
    this.#log.loading = true;
    for (let page = first; ; page = await wire.transcript(this.#log.last)) {
      for (const entry of page.entries) this.#show(entry);
      if (!page.more) break;
    }
    this.#log.loading = false;
    this.#side.show();
    this.#composer.expect(this.#log.hint);
    this.#log.toTurn(null);
    for (const { id, said } of keeping.unsent()) this.#send(said, this.#log.wordsOf(said), { id });
    if (this.#log.last === 0) this.#send({ kind: "opened", start: "" }, null);
    this.#stream.open();
  }

  #hold() {
    keeping.hold();
    this.#held = true;
    this.#spoke = true;
    this.#draft = null;
    this.#page.translate(true);
  }

  #lose() {
    this.#stream.close();
    keeping.forget();
    this.#held = false;
    this.#draft = null;
    this.#outbox.clear();
    this.#page.status("fresh");
    this.#page.translate(false);
  }

  #gone() {
    if (!this.#held) return;
    this.#lose();
    this.#begin();
    this.#log.note(text("gone"));
  }

  // Sending

  #say(words) {
    this.#keyboard = true;
    this.#spoke = true;
    this.#send({ kind: "said", text: words }, words);
  }

  #press(button, { label, several = false, element = null, event = null }) {
    if (this.#again(element, several, event)) return;
    this.#keyboard = event !== null && byKeyboard(event);
    this.#spoke = true;
    const words = this.#log.wordsOf({ kind: "pressed", button }) || label;
    if (!this.#log.label(button)) this.#log.know(button, label);
    if (several) this.#log.flip(button);
    this.#send({ kind: "pressed", button }, words, { toggle: several });
  }

  /** Whether a press is the second half of a double click, or comes before its answer. */
  #again(element, several, event) {
    const before = this.#pressed;
    this.#pressed = { element, at: performance.now() };
    // Picks may follow each other, and be finished, faster than they are answered.
    if (this.#outbox.items.some((item) => !item.toggle)) return true;
    const twice =
      element !== null && before.element === element && this.#pressed.at - before.at < TWICE_MS;
    return !several && (twice || event?.detail > 1);
  }

  #send(said, words, { id = wire.messageId(), toggle = false } = {}) {
    const element = words ? this.#log.say(words, { hidden: toggle }) : null;
    if (element) {
      element.toggle = said.kind === "pressed";
      if (!toggle) this.#log.toEnd();
    }
    this.#outbox.push({ id, said, element, toggle });
  }

  #post(item) {
    return wire.turn({
      id: item.id,
      said: item.said,
      language: language(),
      draft: this.#held ? null : this.#draft,
    });
  }

  #onOutbox(items) {
    clearTimeout(this.#dots);
    keeping.keepUnsent(items.map(({ id, said }) => ({ id, said })));
    if (items.length) {
      this.#dots = setTimeout(() => (this.#log.working = true), DOTS_AFTER_MS);
      return;
    }
    this.#log.working = false;
    queueMicrotask(() => this.#early.splice(0).forEach((entry) => this.#came(entry)));
  }

  // Hearing

  #answered(item, answer) {
    const lost = this.#held && !answer.conversation && !answer.erased;
    if (answer.erased || lost) this.#lose();
    if (answer.erased) {
      this.#log.clear();
      this.#side.clear();
    } else if (item.element) {
      this.#count(item, answer);
    }
    if (lost) this.#log.note(text("gone"));
    this.#draft = answer.draft;
    this.#speak(answer.language);
    for (const entry of answer.replies) this.#show(entry);
    for (const later of this.#outbox.items) if (later.toggle) this.#log.flip(later.said.button);
    if (answer.conversation && !this.#held) {
      this.#hold();
      this.#page.status("joining");
    }
    if (answer.conversation) this.#stream.open();
    if (answer.export) this.#offerExport();
    this.#settle(item.element);
  }

  /** Give a bubble its number; the stream may have brought the same line before. */
  #count(item, answer) {
    // A person holds the conversation: what was said is the last line there is.
    const silent = answer.conversation ? answer.after + 1 : undefined;
    const first = answer.replies[0]?.sequence ?? silent;
    if (first === undefined) {
      item.element.order = this.#log.last + 0.5;
      return;
    }
    const sequence = answer.conversation ? first - 1 : first - 0.5;
    if (this.#log.has(sequence)) item.element.remove();
    else this.#log.acknowledge(item.element, sequence);
  }

  /** A line of the stream. While something of ours is on its way its answer brings the lines. */
  #came(entry) {
    if (this.#outbox.busy) {
      this.#early.push(entry);
      return;
    }
    const wasNear = this.#log.nearEnd;
    if (!this.#show(entry)) return;
    this.#side.show();
    this.#composer.expect(this.#log.hint);
    this.#log.follow(wasNear);
  }

  #show(entry) {
    if (!this.#log.add(entry)) return false;
    if (entry.reply) this.#side.see(entry.reply);
    return true;
  }

  #settle(element) {
    this.#side.show();
    this.#composer.expect(this.#log.hint);
    this.#log.toTurn(element);
    this.#focus();
  }

  /** The button pressed is old or gone: whoever works by keys goes on at the next answer. */
  #focus() {
    if (this.#composer.focused) return;
    const here = document.activeElement;
    const old = here?.closest(".reply:not(.latest)");
    const adrift = here === document.body || here === null || Boolean(old);
    const answer = this.#log.firstAnswer();
    if (this.#keyboard && adrift) {
      if (answer) answer.focus({ preventScroll: true });
      else this.#composer.focus();
    } else if (adrift && !answer && finePointer() && this.#log.hint) {
      this.#composer.focus();
    }
  }

  #refused(item, error) {
    if (error.code === "draft_unreadable") {
      this.#begin();
      return;
    }
    if (error.code === "no_conversation") {
      this.#gone();
      return;
    }
    item.element?.remove();
    const typed = item.said.kind === "said" && this.#takeBack(item.said.text);
    const reason = error.status === 413 ? text("too_large") : error.message || text("failed_unknown");
    this.#log.note(text("failed", { reason }) + (typed && error.status !== 413 ? ` ${text("put_back")}` : ""));
  }

  #takeBack(words) {
    if (this.#composer.words.trim()) return false;
    this.#composer.put(words);
    this.#composer.focus();
    return true;
  }

  // Beside the conversation

  #speak(name) {
    if (name === language()) return;
    speak(name);
    this.#page.translate(this.#held);
    this.#composer.translated();
    this.#side.show();
  }

  /** Before a word was said everything is simply shown in the other language. */
  #otherLanguage() {
    const other = language() === "zh" ? "en" : "zh";
    if (this.#spoke) {
      this.#press(other === "en" ? "do:english" : "do:chinese", {
        label: other === "en" ? "English" : "中文",
      });
    } else if (!this.#outbox.busy) {
      this.#speak(other);
      this.#begin();
    }
  }

  async #link() {
    try {
      const { link, until } = await wire.link();
      this.#page.showLink(link, day(until));
    } catch (error) {
      this.#log.note(text("failed", { reason: error.message || text("failed_unknown") }));
    }
  }

  async #leave() {
    if (!(await this.#page.ask("leave_title", "leave_body", "leave_yes"))) return;
    try {
      await wire.leave();
      this.#lose();
      this.#begin();
    } catch (error) {
      this.#log.note(text("failed", { reason: error.message || text("failed_unknown") }));
    }
  }

  #offerExport() {
    const get = of(
      "a",
      { class: "choice primary", href: wire.EXPORT_PATH, download: "huiqi-export.json" },
      sign("download"),
      text("export_get"),
    );
    this.#log.note(text("export_ready"), get);
  }
}
