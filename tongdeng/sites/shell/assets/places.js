// The place switcher is a list of links; with script it can also be narrowed by typing.
function narrow(input) {
  const wanted = input.value.trim();
  const items = [...input.closest(".places").querySelectorAll("li")];
  for (const item of items) item.hidden = wanted !== "" && !item.textContent.includes(wanted);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrow]")) narrow(event.target);
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details.places[open], details.drop[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.places[open], details.drop[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
