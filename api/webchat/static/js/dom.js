/** Small builders of elements. Text goes in as text, never as markup. */

const SIGNS = "/static/icons/signs.svg#";
const ADDRESS = /(https:\/\/[^\s，。；、）」”<>"]+)/;

/** An element: `of("p", {class: "lead"}, "words", child)`. A null child or attribute is left out. */
export function of(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A sign of our sheet; it says nothing by itself, words stand beside it. */
export function sign(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", SIGNS + name);
  svg.append(use);
  return svg;
}

/** Words for those who listen. */
export function unseen(words) {
  return of("span", { class: "unseen" }, words);
}

/** Paragraphs of a text, one a line. */
export function paragraphs(text, attributes = {}) {
  return text
    .split(/\n+/)
    .filter((line) => line.trim())
    .map((line) => of("p", attributes, line));
}

/** The same with every https address in it as a link. */
export function linked(text) {
  return text
    .split(/\n+/)
    .filter((line) => line.trim())
    .map((line) => of("p", {}, ...line.split(ADDRESS).map((part, place) => (place % 2 ? linkTo(part) : part))));
}

function linkTo(address) {
  return of("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}

/** Whether the last thing done was done without a pointer: a key, or a screen reader's click. */
export function byKeyboard(event) {
  return event.detail === 0;
}

export const byId = (id) => document.getElementById(id);

/** Whether a fine pointer is at hand: then moving the focus raises no keyboard on the screen. */
export const finePointer = () => matchMedia("(pointer: fine)").matches;

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
