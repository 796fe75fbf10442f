// “[@” offers the sources of the work, those that are not saved yet too, and puts in the number of one.

import { registerAutocomplete } from "./autocomplete.js";
import { listSources, section } from "./source_rows.js";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
function find(query) {
  const terms = fold(query).split(/\s+/).filter(Boolean);
  const fits = ({ number, title, outlet, address }) =>
    terms.every((word) => (/^\d+$/.test(word) ? String(number).startsWith(word) : fold(`${title} ${outlet} ${address}`).includes(word)));
  return listSources()
    .filter(fits)
    .map((source) => ({
      number: source.number,
      title: `${source.number} ${source.title || source.address}`,
      note: [source.outlet, source.isNew ? "not saved yet" : ""].filter(Boolean).join(", "),
    }));
}

if (section) {
  registerAutocomplete({
    name: "Sources on this page",
    sign: "[@",
    command: "cite",
    takesSelection: false,
    emptyMessage: "No matching source. Add it under Sources first.",
    find: async (query) => find(query),
    insert: ({ number }) => `[@${number}]`,
  });
}
