// Clerical review: a key presses the button or opens the link that names it; Z takes the last answer back.
import { onKey } from "./keys.js";

/** Press whatever on this page names the key; another page may have given the key another meaning. */
function press(key, otherwise) {
  onKey(key, () => {
    const named = document.querySelector(`[data-key="${key}"]`);
    if (!named) return otherwise?.();
    named.click();
    return named;
  });
}

function undo() {
  const last = document.querySelector("[data-undo]");
  last?.click();
  return last;
}

for (const key of ["s", "d", "n", "o", "b"]) press(key);
press("u", undo);
press("z", undo);
