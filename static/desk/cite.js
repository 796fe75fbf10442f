// “[@” offers the sources of the work, those that are not saved yet too, and puts in the number of one.

import { registerAutocomplete } from "./autocomplete.js";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const valueOf = (row, name) => row.querySelector(`[name$="-${name}"]`)?.value.trim() ?? "";

/** Returns the sources of the form in their order, each with the number that it has or gets when it is saved. */
function sources() {
  const section = document.querySelector('[data-rows="citations"]');
  if (!section) return [];
  let next = Number(document.querySelector("[name=sources_given]")?.value) + 1;
  const rows = [...section.querySelectorAll(".row-list > [data-row]:not(.is-removed)")];
  return rows.flatMap((row) => {
    const address = valueOf(row, "url");
    const given = Number(valueOf(row, "row"));
    if (!address) return [];
    return [{ number: given || next++, isNew: !given, address, title: valueOf(row, "title"), outlet: valueOf(row, "outlet_name") }];
  });
}

function find(query) {
  const terms = fold(query).split(/\s+/).filter(Boolean);
  const fits = ({ number, title, outlet, address }) =>
    terms.every((word) => (/^\d+$/.test(word) ? String(number).startsWith(word) : fold(`${title} ${outlet} ${address}`).includes(word)));
  return sources()
    .filter(fits)
    .map((source) => ({
      number: source.number,
      title: `${source.number} ${source.title || source.address}`,
      note: [source.outlet, source.isNew ? "not saved yet" : ""].filter(Boolean).join(", "),
    }));
}

if (document.querySelector('[data-rows="citations"]')) {
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
