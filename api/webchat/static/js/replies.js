/** A reply of each kind as an element. */

import { cardOf } from "./cards.js";
import { choicesOf, repick } from "./choices.js";
import { linked, of, paragraphs, sign, unseen } from "./dom.js";
import { tagOf, text } from "./texts.js";

const LONG = 600;
const TITLE = /^[【[](.+)[】\]]$/;
const PLACE = /^(在哪里找|where to find it)/i;
const KNOWN = /^(现在记的是|noted so far)/i;

/** The element of a reply in its place as the newest of its kind. */
export function replyOf(reply) {
  return of(
    "article",
    { class: `reply ${reply.kind}`, lang: tagOf(reply.language) },
    unseen(speaker(reply)),
    ...body(reply),
    progressOf(reply),
    choicesOf(reply),
  );
}

/** Who speaks, for those who listen; a person's name is shown above their words as well. */
function speaker(reply) {
  return reply.kind === "staff" ? text("staff_said") : text("it_said");
}

function body(reply) {
  if (reply.card) {
    const said = reply.text && ![reply.card.lead, reply.card.title].includes(reply.text);
    return [
      said ? of("div", { class: "bubble" }, ...paragraphs(reply.text)) : null,
      cardOf(reply.card, reply.kind),
    ];
  }
  if (reply.kind === "question") return [of("div", { class: "bubble" }, ...question(reply))];
  if (reply.kind === "notice") {
    return [
      of("div", { class: "bubble" }, sign("told"), of("div", {}, ...linked(reply.text))),
    ];
  }
  if (reply.kind === "staff") {
    const author = of("p", { class: "author" }, sign("person"), reply.author || text("staff"));
    return [author, of("div", { class: "bubble" }, ...linked(reply.text))];
  }
  return reply.text ? [of("div", { class: "bubble" }, ...paragraphs(reply.text))] : [];
}

/** A question's title, what is asked, its help, and where the figure is found. */
function question(reply) {
  const lines = reply.text.split(/\n+/).filter((line) => line.trim());
  // Of a row the first line says which row it is, the next what is asked of it.
  const title = lines[0]?.match(TITLE)?.[1] ?? (reply.input?.column ? lines[0] : undefined);
  const rest = title ? lines.slice(1) : lines;
  return [
    title ? of("p", { class: "topic" }, title) : null,
    of("p", { class: "asked" }, rest[0] ?? ""),
    ...rest.slice(1).map(help),
  ];
}

function help(line) {
  if (PLACE.test(line)) return of("p", { class: "place" }, sign("place"), of("span", {}, line));
  if (KNOWN.test(line)) return of("p", { class: "known" }, line);
  return of("p", { class: "help" }, line);
}

/** How far it is: a bar and the words for it. */
function progressOf(reply) {
  if (!reply.progress && !reply.footer) return null;
  return of(
    "div",
    { class: "far" },
    reply.progress ? barOf(reply.progress) : null,
    ...paragraphs(reply.footer),
  );
}

export function barOf(progress) {
  return of("progress", {
    max: Math.max(progress.total, 1),
    value: progress.decided,
    "aria-label": text("progress_label", progress),
  });
}

/** What makes a reply the same one again: a choice was toggled, or it is shown anew. */
export function sameness(reply) {
  const { asking = "", column = "" } = reply.input ?? {};
  return JSON.stringify([reply.kind, reply.language, asking, column, reply.card ? "" : reply.text]);
}

/** Show the same question again where it stands, with another choice picked. */
export function again(element, reply) {
  const box = element.querySelector(":scope > .choices");
  const far = progressOf(reply);
  element.querySelector(":scope > .far")?.replaceWith(...(far ? [far] : []));
  if (box) repick(box, reply);
}

/** A reply another one has taken the place of: short, with everything it had still within reach. */
export function pastOf(reply) {
  const choices = reply.choices.some((choice) => choice.style !== "quiet") ? choicesOf(reply) : null;
  if (reply.card) {
    return of(
      "article",
      { class: `reply ${reply.kind} past`, lang: tagOf(reply.language) },
      unseen(text("it_said")),
      of(
        "details",
        {},
        of("summary", {}, sign("chevron"), text("earlier_card", { title: reply.card.title })),
        cardOf(reply.card, reply.kind),
        choices,
      ),
    );
  }
  return of(
    "article",
    { class: `reply ${reply.kind} past`, lang: tagOf(reply.language) },
    unseen(text("it_said")),
    of("div", { class: "bubble" }, ...question(reply).slice(0, 2)),
    choices
      ? of("details", {}, of("summary", {}, sign("chevron"), text("earlier_question")), choices)
      : null,
  );
}

/** What the person said, in words. */
export function saidOf(words) {
  const bubble = of("div", { class: "bubble" });
  if (words.length > LONG) {
    bubble.append(
      of("p", {}, `${words.slice(0, LONG / 4)}…`),
      of(
        "details",
        {},
        of("summary", {}, text("whole", { count: words.length })),
        of("p", { class: "whole" }, words),
        of("button", { type: "button", class: "choice quiet", "data-take-back": true }, text("take_back")),
      ),
    );
  } else {
    bubble.append(of("p", {}, words));
  }
  return of("article", { class: "said" }, unseen(text("i_said")), bubble);
}
