/** The buttons of a reply: answers, and quiet ways out. Old ones go on working. */

import { of, sign, unseen } from "./dom.js";
import { text } from "./texts.js";

const MOST_NUMBERED = 9;

/** A button that says its id to the log; the log listens once for all of them. */
export function choiceButton(choice, { number = 0, several = false, about = "" } = {}) {
  return of(
    "button",
    {
      type: "button",
      class: `choice ${choice.style}`,
      "data-button": choice.id,
      "aria-pressed": several ? String(choice.chosen) : null,
      "data-several": several,
      "data-number": number || null,
    },
    several ? of("span", { class: "tick" }, sign("met")) : null,
    of("span", { class: "label" }, choice.label),
    about ? unseen(` ${about}`) : null,
    number ? of("kbd", { "aria-hidden": "true" }, String(number)) : null,
  );
}

/** The groups of a reply's buttons; null when it has none. */
export function choicesOf(reply) {
  if (!reply.choices.length) return null;
  const box = of("div", { class: "choices" });
  fill(box, reply);
  return box;
}

function fill(box, reply) {
  const loud = reply.choices.filter((choice) => choice.style !== "quiet");
  const quiet = reply.choices.filter((choice) => choice.style === "quiet");
  const numbered = loud.length > 1 && loud.length <= MOST_NUMBERED;
  const made = loud.map((choice, place) =>
    choiceButton(choice, {
      number: numbered ? place + 1 : 0,
      several: isPicked(reply, choice),
    }),
  );
  box.replaceChildren(
    ...[
      made.length ? group("answers", made, shape(loud)) : null,
      quiet.length ? group("other_ways", quiet.map((choice) => choiceButton(choice)), "ways") : null,
    ].filter(Boolean),
  );
}

/** The button that ends a choice of several ("done", "none"): the last that is not quiet. */
export function finishing(reply) {
  return reply.choices.filter((choice) => choice.style !== "quiet").at(-1);
}

/** Whether a button picks one of several instead of answering. */
function isPicked(reply, choice) {
  return reply.input?.kind === "choices" && choice !== finishing(reply);
}

function group(label, buttons, shapeName) {
  return of("div", { role: "group", "aria-label": text(label), class: shapeName }, ...buttons);
}

/** Short answers flow, long ones stand below each other. */
function shape(choices) {
  const longest = Math.max(...choices.map((choice) => width(choice.label)));
  return longest > 20 ? "answers tall" : "answers";
}

function width(label) {
  return Array.from(label).reduce((sum, sign_) => sum + (sign_ > "\u2e7f" ? 2 : 1), 0);
}

/** The same buttons with another choice picked: those that stay keep focus and place. */
export function repick(box, reply) {
  const focused = document.activeElement?.dataset?.button;
  const had = Array.from(box.querySelectorAll("[data-button]"));
  const same =
    had.length === reply.choices.length &&
    reply.choices.every((choice) => had.some((button) => button.dataset.button === choice.id));
  if (same) {
    for (const choice of reply.choices) {
      const button = had.find((each) => each.dataset.button === choice.id);
      if (button.hasAttribute("aria-pressed")) {
        button.setAttribute("aria-pressed", String(choice.chosen));
      }
    }
    return;
  }
  fill(box, reply);
  if (focused) {
    box.querySelector(`[data-button="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrows walk through the buttons of a reply, Home and End jump, a digit presses that answer. */
export function onKey(event) {
  const here = event.target.closest?.(".choices [data-button]");
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.repeat && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault(); // a key held down answers one question, not the next one too
    return;
  }
  const buttons = Array.from(here.closest(".choices").querySelectorAll("[data-button]"));
  const place = buttons.indexOf(here);
  let next = null;
  if (event.key in STEPS) {
    next = buttons[(place + STEPS[event.key] + buttons.length) % buttons.length];
  } else if (event.key === "Home") {
    next = buttons[0];
  } else if (event.key === "End") {
    next = buttons.at(-1);
  } else if (/^[1-9]$/.test(event.key) && !event.repeat) {
    const pressed = buttons.find((button) => button.dataset.number === event.key);
    if (!pressed) return;
    event.preventDefault();
    pressed.focus();
    pressed.click();
    return;
  }
  if (!next) return;
  event.preventDefault();
  next.focus();
}
