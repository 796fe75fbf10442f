// “[[” offers the points of this story, then stories, questions and topics, and puts in a link with a short name.

import { findClaims } from "./agreement.js";
import { fetchJson } from "./look_up.js";
import { escapeBrackets, escapeMarkdown } from "./markdown.js";
import { makeReference } from "./references.js";
import { registerAutocomplete } from "./autocomplete.js";

const address = document.querySelector("[data-link-suggestions-address]")?.dataset.linkSuggestionsAddress;
const PAUSE = 120; // milliseconds without a letter before the server is asked
const FRESH = 30_000; // milliseconds for which an answer is not asked for again
const cache = new Map();

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

async function find(query, field, isWanted) {
  const text = query.trim();
  const cached = cache.get(text);
  const claims = findClaims(text);
  if (cached && performance.now() - cached.at < FRESH) return [...claims, ...cached.found];
  await pause();
  if (!isWanted()) return null;
  const { found } = await fetchJson(address, { q: text });
  cache.set(text, { found, at: performance.now() });
  return [...claims, ...found];
}

if (address) {
  registerAutocomplete({
    name: "Points, stories, questions and topics",
    sign: "[[",
    command: "link",
    takesSelection: true,
    emptyMessage: "No matching point, story, question or topic.",
    find,
    insert: ({ kind, name, uid, title, claim }, words) =>
      `[${escapeBrackets(escapeMarkdown(words || title))}](${claim ? `claim:${claim}` : makeReference(kind, name, uid)})`,
  });
}
