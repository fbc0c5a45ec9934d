/** What this browser remembers. Nothing at all before consent; all of it goes when it is erased. */

const HELD = "huiqi.held";
const WORDS = "huiqi.words";
const UNSENT = "huiqi.unsent";

/** Storage may be switched off: then the page works and simply remembers nothing. */
function attempt(act, otherwise) {
  try {
    return act() ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Whether a conversation is kept for this browser (its key is a cookie scripts cannot see). */
export const isHeld = () => attempt(() => localStorage.getItem(HELD) === "1", false);
export const hold = () => attempt(() => localStorage.setItem(HELD, "1"));

export function forget() {
  attempt(() => localStorage.removeItem(HELD));
  attempt(() => sessionStorage.removeItem(WORDS));
  attempt(() => sessionStorage.removeItem(UNSENT));
}

/** The words being typed, over a reload. */
export const words = () => (isHeld() ? attempt(() => sessionStorage.getItem(WORDS), "") : "");
export function keepWords(typed) {
  if (isHeld()) attempt(() => sessionStorage.setItem(WORDS, typed));
}

/** Messages that are not acknowledged yet, over a reload. */
export const unsent = () =>
  isHeld() ? attempt(() => JSON.parse(sessionStorage.getItem(UNSENT)), []) : [];
export function keepUnsent(items) {
  if (isHeld()) attempt(() => sessionStorage.setItem(UNSENT, JSON.stringify(items)));
}
