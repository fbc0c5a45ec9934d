/** The frame of the page: status, banner, the menu at the top, and sheets that ask or tell. */

import { byId, of, sign } from "./dom.js";
import { language, text } from "./texts.js";

export class Page {
  #status = "fresh";
  #more = byId("more");
  #list = byId("more-list");
  #sheet = byId("sheet");

  /** `told` has `language()`, `go(button, label)`, `link()`, `leave()`. */
  constructor(told) {
    byId("language").addEventListener("click", () => told.language());
    this.#more.addEventListener("click", () => this.#open(this.#list.hidden));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".drop")) this.#open(false);
    });
    this.#list.parentElement.addEventListener("keydown", (event) => this.#onKey(event));
    this.#list.addEventListener("click", (event) => this.#chosen(event, told));
    this.#sheet.addEventListener("click", (event) => {
      if (event.target === this.#sheet) this.#sheet.close();
    });
    const connection = () => this.banner(navigator.onLine ? "" : text("banner_offline"));
    window.addEventListener("online", connection);
    window.addEventListener("offline", connection);
    connection();
  }

  /** `fresh` (nothing is kept), `joining`, `live` or `away`. */
  status(name) {
    this.#status = name;
    const line = byId("status");
    line.className = name;
    const words = text(`status_${name}`);
    if (line.textContent !== words) line.textContent = words;
  }

  banner(words) {
    const line = byId("banner");
    line.hidden = !words;
    line.textContent = words;
  }

  /** The words of the frame in the language spoken now; `held`: a conversation is kept. */
  translate(held) {
    const button = byId("language");
    button.textContent = language() === "zh" ? "English" : "中文";
    button.lang = language() === "zh" ? "en" : "zh-Hans";
    this.status(this.#status);
    this.#list.replaceChildren(
      ...[
        item("menu", "to_menu", "go:menu"),
        held ? item("list", "to_overview", "go:overview") : null,
        item("calendar", "to_deadlines", "go:deadlines"),
        held ? item("file", "to_profile", "go:profile") : null,
        held ? item("people", "to_organisation", "go:organisation") : null,
        item("person", "to_person", "go:person"),
        item("gear", "to_settings", "go:settings"),
        held ? item("link", "link_title", "link") : null,
        held ? item("out", "leave", "leave") : null,
      ].filter(Boolean),
    );
  }

  #open(open) {
    this.#list.hidden = !open;
    this.#more.setAttribute("aria-expanded", String(open));
  }

  #chosen(event, told) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    this.#open(false);
    this.#more.focus();
    const what = button.dataset.do;
    if (what === "link") told.link();
    else if (what === "leave") told.leave();
    else told.go(what, button.textContent);
  }

  #onKey(event) {
    const items = Array.from(this.#list.querySelectorAll("button"));
    const place = items.indexOf(document.activeElement);
    if (event.key === "Escape" && !this.#list.hidden) {
      this.#open(false);
      this.#more.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      items[place < 0 && step < 0 ? items.length - 1 : (place + step + items.length) % items.length].focus();
    }
  }

  /** Ask before something that cannot be undone; true when it was agreed to. */
  ask(title, words, yes) {
    return new Promise((resolve) => {
      let agreed = false;
      const agree = of("button", { type: "button", class: "choice primary" }, text(yes));
      const cancel = of("button", { type: "button", class: "choice plain" }, text("cancel"));
      agree.addEventListener("click", () => {
        agreed = true;
        this.#sheet.close();
      });
      cancel.addEventListener("click", () => this.#sheet.close());
      this.#show(text(title), [of("p", {}, text(words)), of("div", { class: "answers" }, agree, cancel)]);
      this.#sheet.addEventListener("close", () => resolve(agreed), { once: true });
    });
  }

  /** The link for another device, to copy or share. */
  showLink(address, until) {
    const field = of("input", { id: "resume-link", type: "text", readonly: true, value: address, class: "address" });
    const told = of("p", { class: "told", role: "status" });
    const copy = of("button", { type: "button", class: "choice primary" }, sign("copy"), text("copy"));
    copy.addEventListener("click", async () => (told.textContent = text(await copied(field, address))));
    field.addEventListener("focus", () => field.select());
    this.#show(text("link_title"), [
      of("p", {}, text("link_body")),
      of("label", { for: "resume-link" }, text("link_label")),
      field,
      of("p", { class: "until" }, text("link_until", { date: until })),
      of("div", { class: "answers" }, copy, this.#shareButton(address), this.#closeButton()),
      told,
    ]);
  }

  #shareButton(address) {
    if (!navigator.share) return null;
    const button = of("button", { type: "button", class: "choice plain" }, text("share"));
    button.addEventListener("click", () => navigator.share({ url: address }).catch(() => {}));
    return button;
  }

  #closeButton() {
    const button = of("button", { type: "button", class: "choice plain" }, text("close"));
    button.addEventListener("click", () => this.#sheet.close());
    return button;
  }

  #show(title, content) {
    this.#sheet.replaceChildren(of("h2", { id: "sheet-title" }, title), ...content);
    this.#sheet.showModal();
  }
}

/** Without a secure address a browser has no clipboard: the old way, else by hand. */
async function copied(field, address) {
  try {
    await navigator.clipboard.writeText(address);
    return "copied";
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy") ? "copied" : "copy_by_hand";
  }
}

function item(signName, key, what) {
  return of("li", {}, of("button", { type: "button", "data-do": what }, sign(signName), text(key)));
}
