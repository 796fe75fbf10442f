// “[[” offers stories, questions and topics by their names, and puts in a link that is kept by uid.

import { bracketed, escaped } from "./marking.js";
import { offers } from "./offering.js";

const address = document.querySelector("[data-linking-address]")?.dataset.linkingAddress;
const PAUSE = 120; // milliseconds without a letter before the server is asked
const known = new Map();

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

async function find(query, field, isWanted) {
  const asked = query.trim();
  if (known.has(asked)) return known.get(asked);
  await pause();
  if (!isWanted()) return null;
  let answer;
  try {
    answer = await fetch(`${address}?${new URLSearchParams({ q: asked })}`, {
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
  } catch {
    throw new Error("No connection. Your text is untouched.");
  }
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  if (!answer.ok || !isJson) throw new Error("Nothing can be looked up: sign in again in another window. Your text is untouched.");
  const { found } = await answer.json();
  known.set(asked, found);
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
