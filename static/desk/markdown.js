// Words with marks as Markdown: bold, italic, struck, code and links, and what in plain words has to be escaped.

import { stripTracking } from "./tracking.js";

const WORD = /[\p{L}\p{N}]/u;
const SIGNS = /\s*(?:\\[!-/:-@[-`{-~]|\S)/gu; // each sign as it is written, with the space before it
const MARKS = { href: "", bold: "**", italic: "*", strike: "~~" };

/**
 * Returns plain words so that the renderer shows them as they are. A citation such as `[@3]` stays one.
 * `before` and `after` are the signs beside them, empty where there are none: some mean something only together.
 */
export function escapeMarkdown(text, before = "", after = "") {
  let result = text
    .replace(/\\(?=[!-/:-@[-`{-~\s]|$)/g, "\\\\")
    .replace(/[`*]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~~/g, "\\~\\~")
    .replace(/\[(?=\^)/g, "\\[")
    .replace(/(?<=\])\(/g, "\\(")
    .replace(/!(?=\[)/g, "\\!")
    .replace(/<(?=[a-z][^\s<>]*(?:>|$))/gi, "\\<")
    .replace(/&(?=#?\w{0,31}(?:;|$))/g, "\\&");
  if (before === "]") result = result.replace(/^\(/, "\\(");
  if (before) result = result.replace(/^(\s*)~/, "$1\\~");
  if (after) result = result.replace(/(?<!\\)[~![<](?=\s*$)/, "\\$&");
  return result;
}

/** Returns a line so that its beginning makes no heading, list, quote or rule of it. */
function escapeLine(line) {
  return line
    .replace(/^(#{1,6})(?=\s|$)/, "\\$1")
    .replace(/^([-+])(?=\s|$)/, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^>/, "\\>")
    .replace(/^(?:=+|-{2,}|(?:-\s*){3,})$/, "\\$&");
}

/** Returns an address as it stands in Markdown, or nothing for one that readers could not be led to. */
export function linkTarget(address) {
  if (!URL.canParse(address)) return "";
  const url = unwrapUrl(new URL(address));
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return "";
  if (url.protocol === "mailto:" && !/^mailto:[^@\s]+@[^@\s]+$/i.test(url.href)) return "";
  return stripTracking(url.href).replace(/[()<>\\\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
}

// Where others put an address of their own in front of the one that was meant, and under which name they keep it.
const WRAPPERS = [
  [/^(www\.)?google\.[a-z.]+$/, /^\/url$/, ["q", "url"]],
  [/\.safelinks\.protection\.outlook\.com$/, /^\//, ["url"]],
  [/^lm?\.facebook\.com$/, /^\/l\.php$/, ["u"]],
];

function unwrapUrl(url, depth = 0) {
  for (const [host, path, names] of WRAPPERS) {
    if (depth > 3 || !host.test(url.hostname) || !path.test(url.pathname)) continue;
    const inner = names.map((name) => url.searchParams.get(name)).find((value) => value && URL.canParse(value));
    if (inner) return unwrapUrl(new URL(inner), depth + 1);
  }
  return url;
}

const haveSameMarks = (one, other) => Object.keys({ ...MARKS, code: "" }).every((name) => one[name] === other[name]);

function joinRuns(runs) {
  const merged = [];
  for (const run of runs) {
    const last = merged.at(-1);
    // White space carries no mark of its own, or “**two** **words**” would be what somebody wrote in one go.
    if (last && !run.br && !last.br && haveSameMarks(last, run)) last.text += run.text;
    else merged.push({ ...run });
  }
  for (const [at, run] of merged.entries()) {
    const before = merged[at - 1];
    const after = merged[at + 1];
    if (run.text && !run.text.trim() && before && after && !before.br && haveSameMarks(before, after)) Object.assign(run, before, { text: run.text });
  }
  return merged;
}

function splitAtSpace(text) {
  const [, lead, core, trail] = text.match(/^(\s*)(.*?)(\s*)$/s);
  return [lead, core, trail];
}

/** Returns words between marks, or null where marks within them stand where they would be read as plain signs. */
function renderMark(inner, mark, before, after, isNested) {
  let [lead, core, trail] = splitAtSpace(inner);
  if (mark === "_" && (WORD.test(lead.at(-1) ?? before) || WORD.test(trail[0] ?? after))) return null;
  // CommonMark reads a mark that stands between a letter and a punctuation sign as plain signs (6.2, flanking).
  while (core && WORD.test(lead.at(-1) ?? before) && !WORD.test(core[0])) {
    if (isNested) return null;
    const sign = core.match(/^\\?.\s*/su)[0];
    lead += sign;
    core = core.slice(sign.length);
  }
  while (core && WORD.test(trail[0] ?? after) && !WORD.test(core.at(-1))) {
    if (isNested) return null;
    const sign = core.match(SIGNS).at(-1);
    trail = sign + trail;
    core = core.slice(0, -sign.length).trimEnd();
  }
  return core ? lead + mark + core + mark + trail : lead + trail;
}

/** Returns words so that they can stand between the brackets of a link. */
export const escapeBrackets = (text) => text.replace(/(?<!\\)[[\]]/g, "\\$&");

function renderLink(inner, address) {
  const [lead, core, trail] = splitAtSpace(inner);
  if (!core) return inner;
  return `${lead}[${escapeBrackets(core)}](${address})${trail}`;
}

function renderCode(text) {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = longest || /^ .* $/.test(text) ? " " : "";
  return text.trim() ? fence + space + text + space + fence : text;
}

function renderRun(run, at, runs) {
  if (run.br) return "\\\n";
  if (run.code) return renderCode(run.text);
  const text = escapeMarkdown(run.text, runs[at - 1]?.text?.at(-1), runs[at + 1]?.text?.[0]);
  return run.strike ? text.replace(/\\.|~/gs, (sign) => (sign === "~" ? "\\~" : sign)) : text;
}

function renderMarks(runs, names, before, after, isBold = false) {
  if (!names.length) return runs.map((run) => run.rendered).join("");
  const [name, ...inner] = names;
  // Within bold words a single star is too easily read as a part of the two around it.
  const mark = name === "italic" && isBold && runs.some((run) => !run.italic) ? "_" : MARKS[name];
  let result = "";
  for (let at = 0; at < runs.length; ) {
    let end = at + 1;
    while (end < runs.length && runs[end][name] === runs[at][name]) end += 1;
    const group = runs.slice(at, end);
    const value = runs[at][name];
    const first = runs[at - 1]?.text?.at(-1) ?? (at ? " " : before);
    const last = runs[end]?.text?.[0] ?? (end < runs.length ? " " : after);
    const within = () => renderMarks(group, inner, "", "", isBold || name === "bold");
    let next = null;
    if (!value) next = renderMarks(group, inner, first, last, isBold);
    else if (name === "href") next = renderLink(within(), value);
    else next = renderMark(within(), mark, first, last, group.some((run) => run.code || inner.some((other) => run[other])));
    // Two marks of one sign side by side are read as one longer mark.
    const touches = next && /[*~_]$/.test(result) && result.at(-1) === next[0];
    result += next === null || touches ? group.map((run) => run.rendered).join("") : next;
    at = end;
  }
  return result;
}

/**
 * Returns runs of words as one paragraph of Markdown, its lines ended by hard breaks.
 * A run is `{text, bold, italic, strike, code, href}` or `{br: true}`; an href was made by `linkTarget`.
 */
export function renderParagraph(runs) {
  const whole = joinRuns(runs);
  for (const [at, run] of whole.entries()) run.rendered = renderRun(run, at, whole);
  const text = renderMarks(whole, Object.keys(MARKS), "", "");
  const lines = text.split(/\\\n/).map((line) => line.replace(/[ \t\n]+/g, " ").trim());
  while (lines.length && !lines[0]) lines.shift();
  while (lines.length && !lines.at(-1)) lines.pop();
  return lines.map(escapeLine).join("\\\n");
}
