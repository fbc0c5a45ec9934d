// What htmx leaves to us. Parts that follow what happens are made by the macro `live`.

// The sign-in has ended: the page asks for itself and is sent to the sign-in page; unless it is
// leaving by itself, as when somebody signs out here.
let leaving = false;
document.addEventListener("submit", () => { leaving = true; });
window.addEventListener("pageshow", () => { leaving = false; });
document.addEventListener("gone", () => { if (!leaving) window.location.reload(); });

// A transcript is read from its end, and stays there when something is added.
const low = (each) => each.scrollHeight - each.scrollTop - each.clientHeight < 40;
const lower = (each) => { each.scrollTop = each.scrollHeight; };
const transcripts = () => [...document.querySelectorAll(".transcript")];
let atEnd = true;
transcripts().forEach(lower);
document.addEventListener("htmx:before:swap", () => { atEnd = transcripts().every(low); });
document.addEventListener("htmx:after:swap", () => { if (atEnd) transcripts().forEach(lower); });

// An open menu closes when something else is pressed, or by Escape.
const menus = () => document.querySelectorAll("details.me[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});
