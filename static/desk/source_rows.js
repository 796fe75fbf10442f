// The sources of the form as they are entered, those that are not saved yet too.

export const section = document.querySelector('[data-rows="citations"]');

/** Returns the control of a source with this name, or null. */
export const sourceField = (row, name) => row.querySelector(`[name$="-${name}"]`);

const valueOf = (row, name) => sourceField(row, name)?.value.trim() ?? "";

/** Returns the sources in the order of the form, each with the number that it has or gets when it is saved. */
export function listSources() {
  if (!section) return [];
  let next = Number(document.querySelector("[name=sources_given]")?.value) + 1;
  return [...section.querySelectorAll(".row-list > [data-row]:not(.is-removed)")].flatMap((row) => {
    const address = valueOf(row, "url");
    const given = Number(valueOf(row, "row"));
    if (!address) return [];
    return [
      {
        row,
        number: given || next++,
        isNew: !given,
        address,
        title: valueOf(row, "title"),
        outlet: valueOf(row, "outlet_name"),
        date: valueOf(row, "published_on"),
        paywalled: Boolean(sourceField(row, "paywalled")?.checked),
      },
    ];
  });
}
