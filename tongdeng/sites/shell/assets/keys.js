// Single keys: only outside fields, never with a modifier, and they can be switched off.
const actions = new Map();
const SETTING = "tongdeng.keys";

/** Let one key do one thing on this page. */
export function onKey(key, action) {
  actions.set(key, action);
}

function areOff() {
  return localStorage.getItem(SETTING) === "off";
}

function isField(element) {
  return element.isContentEditable || (element.matches("input, select, textarea") && !element.matches("[type=radio], [type=checkbox]"));
}

document.addEventListener("keydown", (event) => {
  // A key held down is one press.
  if (event.repeat || areOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target)) return;
  const action = actions.get(event.key.toLowerCase());
  if (action?.()) event.preventDefault();
});

function showSetting() {
  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    button.hidden = false;
    button.textContent = areOff() ? button.dataset.off : button.dataset.on;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-switch]")) return;
  localStorage.setItem(SETTING, areOff() ? "on" : "off");
  showSetting();
});
document.addEventListener("DOMContentLoaded", showSetting);
document.addEventListener("htmx:afterSwap", showSetting);

onKey("/", () => {
  const search = document.getElementById("q");
  search?.focus();
  search?.select();
  return search;
});
