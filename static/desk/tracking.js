// Takes the parameters that only follow readers out of addresses. Which they are the server says, as it cleans sources by
// the same rule.

const given = document.querySelector("[data-tracking]")?.dataset.tracking;
const TRACKING = given ? new RegExp(`^(?:${given})(?:=.*)?$`, "is") : null;
// An address in a text ends before a bracket that it did not open, and before what ends a sentence or an emphasis.
const ADDRESS = /https?:\/\/(?:[^\s<>()[\]{}"`|\\^“”„‘’«»]|\([^\s<>()[\]]*\))+(?<![.,;:!?*~'،؛؟。])/gi;

/** Returns an address without them. */
export function untracked(address) {
  const [, page, query, anchor] = address.match(/^(https?:[^?#]*)\?([^#]*)(.*)$/is) ?? [];
  if (!query || !TRACKING) return address;
  const pairs = query.split("&");
  const kept = pairs.filter((pair) => !TRACKING.test(pair));
  if (kept.length === pairs.length) return address;
  return page + (kept.length ? `?${kept.join("&")}` : "") + anchor;
}

/** Returns a text in which no address has them. */
export const untrackedIn = (text) => text.replace(ADDRESS, untracked);
