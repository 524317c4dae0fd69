// Sending a large roll: show how much of the file has left this computer.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("[data-sent]");
  if (!bar || !event.detail.lengthComputable) return;
  const percent = Math.floor((100 * event.detail.loaded) / event.detail.total);
  bar.hidden = false;
  bar.setAttribute("aria-valuenow", String(percent));
  bar.querySelector("[data-sent-bar]").setAttribute("width", `${percent}%`);
});
