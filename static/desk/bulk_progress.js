// Follows what is done to many works, and shows the results at the end. Without this script “Look again” does so.

import { lookUp } from "./look_up.js";

const run = document.querySelector("[data-progress]");
const address = run?.dataset.progress;

async function look() {
  // Without an answer it is asked again at the next look.
  const answer = await lookUp(address, {}).catch(() => null);
  if (answer?.over) {
    location.reload();
    return;
  }
  if (answer) {
    const progress = run.querySelector("progress");
    progress.max = answer.size;
    progress.value = answer.done;
    const said = run.querySelector("[data-said]");
    if (said.textContent !== answer.said) said.textContent = answer.said;
  }
  setTimeout(look, Number(run.dataset.interval));
}

if (address) setTimeout(look, Number(run.dataset.interval));
