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

// A form is sent once, however often the button is tapped.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  if (event.target.method === "post" && !event.target.dataset.download) event.target.dataset.sent = "1";
});

// Ticks of a checklist and folded parts are saved without leaving the place.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-save]");
  if (!form) return;
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  form.querySelector("button")?.setAttribute("hidden", "");
});
