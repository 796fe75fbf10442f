// A figure, an outlet of a point or a forecast can have any source of the form, those that are not saved yet too.

import { listSources } from "./source_rows.js";

function offerSources(select) {
  for (const { number, title, address } of listSources()) {
    const label = `${number} ${title || address}`;
    const offered = [...select.options].find((option) => option.value === String(number));
    if (offered) offered.text = label;
    else select.add(new Option(label, number));
  }
}

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.('select:is([name$="-source"], [name$="-outcome_source"])')) offerSources(target);
});
