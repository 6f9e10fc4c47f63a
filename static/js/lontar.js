// Comfort only: every page works without this file.

// Shift three times within a second and a half leaves quickly.
const presses = [];
document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift") { presses.length = 0; return; }
  presses.push(event.timeStamp);
  if (presses.length > 3) presses.shift();
  if (presses.length === 3 && presses[2] - presses[0] < 1500) leave();
});

function leave() {
  document.documentElement.hidden = true;
  const link = document.querySelector("a.leave");
  location.replace(link ? link.href : "/leave");
}

document.querySelector("a.leave")?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

// A page that comes back from the browser's memory was hidden on leaving: ask the server again.
addEventListener("pageshow", (event) => {
  if (event.persisted) { document.documentElement.hidden = false; location.reload(); }
});

// A form is sent once, however often the button is tapped. One that got no answer, on a bad line or
// because it was stopped, can be sent again after a while.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method !== "post" || form.dataset.download) return;
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 10000);
});

// Ticks of a checklist are saved without leaving the place. The button that saves them is there unless
// the answer said that they are saved.
document.addEventListener("change", async (event) => {
  const form = event.target.closest("form[data-save]");
  if (!form) return;
  const body = form.lastTicks = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, {
    method: "POST", body, redirect: "manual", keepalive: true, signal: AbortSignal.timeout(10000),
  }).catch(() => "");
  if (body === form.lastTicks) form.querySelector("button").hidden = answer.type === "opaqueredirect";
});
