// “Add as a forecast” makes a row in Forecasts of the sentence that is selected in a passage, or in which the cursor is.
// Who, the outlet, the source and the day come from the passage and its article. Without this script a row is filled in.

import { openPart, reveal } from "./folding.js";
import { fetchJson } from "./look_up.js";
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

async function addForecast(field) {
  const passage = field.closest("[data-row]");
  const sentence = selectedSentence(field);
  if (!sentence) return announce("Select a sentence that says what will happen.");
  const source = findSource(passage, sentence);
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

if (section && address) document.addEventListener("desk:add-forecast", ({ target }) => addForecast(target));
