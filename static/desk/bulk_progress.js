// Follows a bulk action, and shows the results at the end. Without this script “Refresh” does so.

import { fetchJson } from "./look_up.js";

const run = document.querySelector("[data-progress-address]");
const address = run?.dataset.progressAddress;

async function refresh() {
  // Without an answer it is asked again at the next look.
  const answer = await fetchJson(address, {}).catch(() => null);
  if (answer?.over) {
    location.reload();
    return;
  }
  if (answer) {
    const progress = run.querySelector("progress");
    progress.max = answer.size;
    progress.value = answer.done;
    const status = run.querySelector("[data-run-status]");
    if (status.textContent !== answer.said) status.textContent = answer.said;
  }
  setTimeout(refresh, Number(run.dataset.interval));
}

if (address) setTimeout(refresh, Number(run.dataset.interval));
