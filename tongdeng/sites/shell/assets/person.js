// The person page: after an answer was fetched, its service is the marked one.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "why") return;
  for (const link of document.querySelectorAll("a[data-service]")) {
    if (link.contains(event.detail.requestConfig.elt)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
});
