// A window at work: each key presses what bears it, or goes to it where it is a field.
import { onKey } from "./keys.js";

const WORK = "[data-window]";

function press(key) {
  const found = document.querySelector(`[data-key="${key}"]`);
  if (found?.matches("button")) found.click();
  else found?.focus();
  return found;
}

// Only on that page: elsewhere the same letters mean something else.
if (document.querySelector(WORK)) {
  for (const key of ["n", "r", "d", "a", "b", "t", "s", "g"]) onKey(key, () => press(key));
}
