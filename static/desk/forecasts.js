// “Add as a forecast” makes a row in Forecasts of the sentence that is selected in a passage, or in which the cursor is.
// Who, the outlet, the source and the day come from the passage and its article. Without this script a row is filled in.

import { openPart, reveal } from "./folding.js";
import { fetchJson } from "./look_up.js";
import { whenReleased } from "./pointer.js";
import { addRow } from "./rows.js";
import { listSources } from "./source_rows.js";
import { announce } from "./typing.js";

const section = document.querySelector('[data-rows="forecasts"]');
const address = document.querySelector("[data-forecast-address]")?.dataset.forecastAddress;

const control = (row, name) => row.querySelector(`[name$="-${name}"]`);

function fill(row, name, value) {
  const field = control(row, name);
  if (!value || field.value === String(value)) return;
  if (field.matches("select") && ![...field.options].some((option) => option.value === String(value))) field.add(new Option(value, value));
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Returns what is selected in a field, or else the sentence around the cursor. */
function selectedSentence({ value, selectionStart: start, selectionEnd: end }) {
  if (end > start) return value.slice(start, end).trim();
  const before = value.slice(0, start).match(/(?:[.!?…]["”’»)]*(?:\s*\[@\d+\])*\s+|\n)[^\n]*$/);
  const ends = [...value.slice(0, start).matchAll(/[.!?…]["”’»)]*(?:\s*\[@\d+\])*\s+|\n/g)];
  const from = before && ends.length ? ends.at(-1).index + ends.at(-1)[0].length : 0;
  const rest = value.slice(start).match(/^[^\n]*?[.!?…]["”’»)]*(?:\s*\[@\d+\])*(?=\s|$)/);
  return value.slice(from, rest ? start + rest[0].length : value.length).split("\n")[0].trim();
}

/** Returns the source that the sentence cites, or else the only source of its passage. */
function findSource(passage, sentence) {
  const cited = [...sentence.matchAll(/\[@(\d+)\]/g)].map((match) => Number(match[1]));
  const numbers = cited.length ? cited : (control(passage, "source_numbers").value.match(/\d+/g) ?? []).map(Number);
  return cited.length || numbers.length === 1 ? listSources().find(({ number }) => number === numbers[0]) : undefined;
}

function addSelected(field) {
  const passage = field.closest("[data-row]");
  const sentence = selectedSentence(field);
  if (!sentence) return announce("Select a sentence that says what will happen.");
  return addForecast(passage, sentence, findSource(passage, sentence));
}

async function addForecast(passage, sentence, source) {
  const named = control(passage, "outlet_names").value.split(";").map((name) => name.trim()).filter(Boolean);
  const outlet = named.length === 1 ? named[0] : (source?.outlet ?? "");
  const row = addRow(section, { focus: false });
  fill(row, "outlet_name", outlet);
  fill(row, "source", source?.number);
  fill(row, "said_on", source?.date);
  const part = section.closest("[data-part]");
  reveal(row);
  openPart(part);
  const expected = control(row, "expected");
  let read;
  try {
    read = await fetchJson(address, { q: sentence, language: document.querySelector("[name=language]").value, said: source?.date ?? "" });
  } catch (error) {
    read = { expected: sentence.replace(/\s*\[@\d+\]/g, "") };
    announce(`${error.message} Fill in who and by when.`);
  }
  fill(row, "speaker", read.speaker || outlet);
  if (!read.speaker && outlet) fill(row, "speaker_kind", "outlet");
  for (const name of ["quotation", "expected", "due_on"]) fill(row, name, read[name]);
  expected.focus();
  expected.select();
}

/** Returns the row of the passage that has a uid. */
function findPassage(uid) {
  const known = [...document.querySelectorAll('[data-rows="passages"] [name$="-row"]')].find(({ value }) => value === uid);
  return known?.closest("[data-row]");
}

if (section && address) {
  const proposals = section.querySelector("[data-proposals]");
  document.addEventListener("desk:add-forecast", ({ target }) => addSelected(target));
  proposals.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-sentence]");
    const passage = button && findPassage(button.dataset.passage);
    if (!passage) return;
    const source = listSources().find(({ number }) => number === Number(button.dataset.source));
    button.closest("li").remove();
    addForecast(passage, button.dataset.sentence, source);
  });
  document.addEventListener("desk:live-preview", ({ detail }) =>
    whenReleased(() => {
      const isOpen = proposals.querySelector("details")?.open;
      // What is in use stays in its place: a new list comes with the next answer.
      if (proposals.contains(document.activeElement)) return;
      proposals.innerHTML = detail.sentences_ahead;
      if (isOpen) proposals.querySelector("details")?.setAttribute("open", "");
    }),
  );
}
