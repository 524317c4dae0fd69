// HTMX, made to live under a strict content policy: nothing evaluated, no styles injected.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // pages hold personal data; none of it stays in the browser's storage
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  scrollBehavior: "instant",
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true }, // a form sent back with the repairs to make
    { code: "[45]..", swap: false, error: true },
  ],
});

/** Say in the page what went wrong with a request; a silent click looks like a lost record. */
function report(event) {
  const place = document.getElementById("exchange-error");
  if (place) place.hidden = event.type === "htmx:afterOnLoad";
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:afterOnLoad"]) {
  document.addEventListener(name, report);
}

/** The first field to repair gets the focus, after a swap as after a full load. */
function focusFirstFault() {
  document.querySelector("[aria-invalid=true]")?.focus();
}

document.addEventListener("htmx:afterSettle", focusFirstFault);
document.addEventListener("DOMContentLoaded", focusFirstFault);
