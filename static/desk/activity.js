// Tells the server that somebody types, so that the session does not end meanwhile. A form that is autosaved does so itself.

import { fetchJson } from "./look_up.js";

const INTERVAL = 30_000; // milliseconds

const script = document.querySelector("script[data-activity-address]");
let reportedAt = Date.now(); // opening the page was activity too

function report() {
  if (Date.now() - reportedAt < INTERVAL) return;
  reportedAt = Date.now();
  // What was typed is sent with the form, which also says if the session has ended.
  fetchJson(script.dataset.activityAddress, {}).catch(() => {});
}

if (script && !document.querySelector("[data-autosave]")) document.addEventListener("input", report);
