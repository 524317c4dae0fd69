// The form at the door: looks somebody up as soon as the number is whole, and loses nothing typed meanwhile.
import htmx from "htmx.org";

const WHOLE = /^\d{17}[\dXx]$/;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("[data-id-number]")) return;
  const number = field.value.replace(/\s/g, "");
  if (!WHOLE.test(number) || field.dataset.seen === number) return;
  field.dataset.seen = number;
  htmx.trigger(field, "complete");
});

/** A number that was looked up when it became whole is not looked up again when its field is left. */
document.addEventListener("htmx:confirm", (event) => {
  const field = event.detail.elt;
  if (!field.matches?.("[data-id-number]")) return;
  const number = field.value.replace(/\s/g, "");
  if (event.detail.triggeringEvent?.type === "change" && field.dataset.seen === number) event.preventDefault();
  else field.dataset.seen = number;
});

/** Without a number, name, birth date and sex together name somebody. */
document.addEventListener("change", (event) => {
  const at = event.target.dataset?.look;
  if (at === undefined) return;
  const number = document.querySelector(`[name="m${at}-number"]`);
  const filled = ["name", "born_on"].every((key) => document.querySelector(`[name="m${at}-${key}"]`)?.value);
  if (!number?.value && filled && document.querySelector(`[name="m${at}-sex"]:checked`)) htmx.trigger(number, "complete");
});

/** What was typed while the answer was on its way stays. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!target?.matches(".rest")) return;
  const typed = [...target.querySelectorAll("input.input, select.input")].map((field) => [field.id, field.value]);
  const restore = () => {
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field && value) field.value = value;
    }
  };
  document.addEventListener("htmx:afterSettle", restore, { once: true });
});
