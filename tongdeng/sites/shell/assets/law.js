// The editor of the law: a fact goes into the condition being written, a fault leads to its line.
let last = null;

document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-condition]")) last = target;
});

/** Put a word where the cursor stands; `over` is what was typed of it already, at the end. */
function insert(field, word, over) {
  const end = over && field.value.endsWith(over) ? field.value.length : field.selectionEnd;
  const start = over && field.value.endsWith(over) ? end - over.length : field.selectionStart;
  const before = field.value.slice(0, start);
  const space = before && !/[\s(]$/.test(before) ? " " : "";
  field.setRangeText(space + word, start, end, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const named = button.dataset.into && document.getElementById(button.dataset.into);
  // With no condition in hand the word goes into the empty one at the end.
  const field = named || last || [...document.querySelectorAll("[data-condition]")].at(-1);
  if (field) insert(field, button.dataset.insert, button.dataset.over);
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow-facts]")) return;
  const wanted = target.value.trim().toLowerCase();
  for (const item of document.querySelectorAll(".law-offers li")) item.hidden = !item.textContent.toLowerCase().includes(wanted);
});

/** Select a line of the text and bring it into view. */
function goTo(area, line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (line - 4) * height);
  area.scrollLeft = 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  const area = document.querySelector("textarea[data-line]");
  if (!link || !area) return;
  const [file, line] = link.dataset.goto.split(/:(?=\d+$)/);
  // What was typed and not saved stays: only a fault of another file needs another page.
  if (document.querySelector("h1.path")?.textContent !== file) return;
  event.preventDefault();
  goTo(area, Number(line));
});

document.addEventListener("DOMContentLoaded", () => {
  const area = document.querySelector("textarea[data-line]");
  if (area && Number(area.dataset.line)) goTo(area, Number(area.dataset.line));
});
