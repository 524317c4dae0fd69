// Printing is the browser's; the button only saves a look into its menu.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
