// What each console page loads. Everything here shortens a way that also works without it.
import "@tabler/core/dist/css/tabler.css";
import "./look.css";
import "./door.js";
import "./exchange.js";
import "./keys.js";
import "./law.js";
import "./owed.js";
import "./person.js";
import "./places.js";
import "./print.js";
import "./review.js";
import "./upload.js";
import "./window.js";

if (document.querySelector("[data-trend]")) {
  // A page without a chart does not pay for the library.
  import("./charts.js").then((charts) => charts.drawAll(document));
}
