/** Cards: a title, badges, the answer, and sections of lines with signs, quotes and buttons. */

import { choiceButton } from "./choices.js";
import { of, paragraphs, sign, unseen } from "./dom.js";
import { text } from "./texts.js";

const BADGE_SIGNS = {
  good: "met",
  likely: "evidence",
  open: "unknown",
  warning: "notice",
  bad: "missed",
  muted: "info",
};

/** One card as an element; `kind` is the reply's, for its looks. */
export function cardOf(card, kind) {
  return of(
    "section",
    { class: `card ${kind}` },
    head(card, kind),
    card.lead ? of("div", { class: "lead" }, ...paragraphs(card.lead)) : null,
    ...card.sections.map((section) => sectionOf(section)),
  );
}

function head(card, kind) {
  return of(
    "header",
    {},
    of(
      "div",
      { class: "heading" },
      of("h2", {}, card.title),
      kind === "card" ? printButton(card.title) : null,
    ),
    card.subtitle ? of("p", { class: "subtitle" }, card.subtitle) : null,
    card.badges.length ? of("ul", { class: "badges" }, ...card.badges.map(badgeOf)) : null,
  );
}

function printButton(title) {
  return of(
    "button",
    { type: "button", class: "tool round print", "data-print": true },
    sign("print"),
    unseen(`${text("print")} ${title}`),
  );
}

function badgeOf(badge) {
  return of("li", { class: `badge ${badge.tone}` }, sign(BADGE_SIGNS[badge.tone]), badge.label);
}

function sectionOf(section) {
  const lines = of("ul", { class: "lines" }, ...section.lines.map(lineOf));
  if (!section.folded) {
    return of("section", { class: "part" }, of("h3", {}, section.title), lines);
  }
  return of(
    "details",
    { class: "part" },
    of(
      "summary",
      {},
      sign("chevron"),
      of("h3", {}, section.title),
      of("span", { class: "count", "aria-hidden": "true" }, String(section.lines.length)),
    ),
    lines,
  );
}

function lineOf(line) {
  return of(
    "li",
    { class: `line ${line.mark}` },
    line.mark === "none" ? null : of("span", { class: "mark" }, sign(line.mark)),
    of(
      "div",
      { class: "said" },
      of("p", { class: "words" }, line.mark === "none" ? null : unseen(text(`mark_${line.mark}`)), line.text),
      ...line.notes.map((note) => of("p", { class: "note" }, note)),
      line.quote ? quoteOf(line.quote) : null,
      line.link ? linkOf(line.link) : null,
    ),
    line.choices.length
      ? of("div", { class: "own" }, ...line.choices.map((choice) => choiceButton(choice, { about: line.text })))
      : null,
  );
}

function quoteOf(quote) {
  return of(
    "figure",
    { class: "quote" },
    of("blockquote", { lang: "zh-Hans" }, of("p", {}, quote.text)),
    of("figcaption", { lang: "zh-Hans" }, `${quote.document} ${quote.article}`.trim()),
  );
}

/** Only an https address becomes a link. */
function linkOf(address) {
  if (!address.startsWith("https://")) return null;
  return of(
    "p",
    { class: "note" },
    of(
      "a",
      { href: address, target: "_blank", rel: "noopener noreferrer" },
      address,
      unseen(text("opens_elsewhere")),
    ),
  );
}
