// Takes the parameters that only follow readers out of addresses. Which they are the server says, as it cleans sources by
// the same rule.

const parameters = document.querySelector("[data-tracking]")?.dataset.tracking;
const TRACKING = parameters ? new RegExp(`^(?:${parameters})(?:=.*)?$`, "is") : null;
// An address in a text ends before a bracket that it did not open, and before what ends a sentence or an emphasis.
const ADDRESS = /https?:\/\/(?:[^\s<>()[\]{}"`|\\^“”„‘’«»]|\([^\s<>()[\]]*\))+(?<![.,;:!?*~'،؛؟。])/gi;

/** Returns an address without them. */
export function stripTracking(address) {
  const [, page, query, anchor] = address.match(/^(https?:[^?#]*)\?([^#]*)(.*)$/is) ?? [];
  if (!query || !TRACKING) return address;
  const pairs = query.split("&");
  const remaining = pairs.filter((pair) => !TRACKING.test(pair));
  if (remaining.length === pairs.length) return address;
  return page + (remaining.length ? `?${remaining.join("&")}` : "") + anchor;
}

/** Returns a text in which no address has them. */
export const stripTrackingFromText = (text) => text.replace(ADDRESS, stripTracking);
