// Parts of a page that follow what happens: <section data-live="/address/of/events" data-part="/address/of/the/part">.
// Each event only says that something may be new; the part is then fetched anew.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
dark.addEventListener("change", paint);
paint();

for (const part of document.querySelectorAll("[data-live]")) follow(part);

function follow(part) {
  const events = new EventSource(part.dataset.live);
  let shown = part.innerHTML;
  events.addEventListener("changed", async () => {
    const answer = await fetch(part.dataset.part, { headers: { "X-Part": "1" } });
    if (answer.status === 401) { events.close(); return; }
    if (!answer.ok) return;
    const fresh = await answer.text();
    if (fresh === shown) return;
    shown = fresh;
    const low = part.querySelector(".transcript");
    const wasLow = !low || low.scrollHeight - low.scrollTop - low.clientHeight < 40;
    part.innerHTML = fresh;
    if (wasLow) lower(part);
  });
  events.addEventListener("gone", () => events.close());
}

function lower(part) {
  const transcript = part.querySelector(".transcript");
  if (transcript) transcript.scrollTop = transcript.scrollHeight;
}
for (const part of document.querySelectorAll("[data-live]")) lower(part);
