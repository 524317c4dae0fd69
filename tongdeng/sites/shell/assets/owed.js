// The owed list: J and K change the person, 1 2 3 choose the result, U takes the last record back.
import { onKey } from "./keys.js";

const panel = () => document.getElementById("panel");

/** By due date a person stands in several groups; the keys go to each person once. */
function links() {
  const seen = new Set();
  const all = [...document.querySelectorAll("#owed-list a[data-person]")];
  return all.filter((link) => !seen.has(link.dataset.person) && seen.add(link.dataset.person));
}

/** Mark in the list the person whom the panel shows, since only the panel was fetched. */
function markCurrent() {
  const person = panel()?.dataset.person;
  for (const row of document.querySelectorAll("#owed-list tr[data-person]")) {
    row.classList.toggle("on", row.dataset.person === person);
  }
  for (const link of links()) {
    if (link.dataset.person === person) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function move(step) {
  const all = links();
  const at = all.findIndex((link) => link.dataset.person === panel()?.dataset.person);
  const next = all[at + step];
  next?.click();
  next?.scrollIntoView({ block: "nearest" });
  return next;
}

function choose(number) {
  const result = panel()?.querySelectorAll("input[name=result]")[number - 1];
  if (result) {
    result.checked = true;
    result.focus();
  }
  return result;
}

onKey("j", () => move(1));
onKey("k", () => move(-1));
for (const number of [1, 2, 3]) onKey(String(number), () => choose(number));
onKey("u", () => {
  const undo = document.querySelector("[data-undo]");
  undo?.click();
  return undo;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!panel()) return;
  markCurrent();
  const { top } = panel().getBoundingClientRect();
  // On a phone the panel lies under the list: a tap that shows nothing would look like a fault.
  if (event.detail.target.id !== "panel") return;
  if (top > innerHeight || top < 0) panel().scrollIntoView();
  // The focused field went with the last form; the next person's name takes the focus and is read out.
  if (document.activeElement === document.body) document.getElementById("panel-name")?.focus({ preventScroll: true });
});

/** A toast stays 8 seconds, longer while it is pointed at or holds the focus. */
function startToast() {
  const toast = document.querySelector(".toastbar:not([data-started])");
  if (!toast) return;
  toast.dataset.started = "";
  const close = () => (toast.matches(":hover, :focus-within") ? setTimeout(close, 2000) : toast.remove());
  setTimeout(close, 8000);
}

document.addEventListener("DOMContentLoaded", startToast);
document.addEventListener("htmx:afterSettle", startToast);
