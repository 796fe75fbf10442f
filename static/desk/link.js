// “[[” offers stories, questions and topics by their names, and puts in a link that is kept by uid.

import { lookUp } from "./look_up.js";
import { bracketed, escaped } from "./markdown.js";
import { offers } from "./autocomplete.js";

const address = document.querySelector("[data-linking-address]")?.dataset.linkingAddress;
const PAUSE = 120; // milliseconds without a letter before the server is asked
const FRESH = 30_000; // milliseconds for which an answer is not asked for again
const known = new Map();

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

async function find(query, field, isWanted) {
  const asked = query.trim();
  const before = known.get(asked);
  if (before && performance.now() - before.at < FRESH) return before.found;
  await pause();
  if (!isWanted()) return null;
  const { found } = await lookUp(address, { q: asked });
  known.set(asked, { found, at: performance.now() });
  return found;
}

if (address) {
  offers({
    name: "Stories, questions and topics",
    sign: "[[",
    asked: "link",
    takesWords: true,
    none: "No story, question or topic that you may see has this name.",
    find,
    insert: ({ kind, uid, title }, words) => `[${bracketed(escaped(words || title))}](${kind}:${uid})`,
  });
}
