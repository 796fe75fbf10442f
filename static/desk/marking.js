// Words with marks as Markdown: bold, italic, struck, code and links, and what in plain words has to be escaped.

const WORD = /[\p{L}\p{N}]/u;
const MARKS = { href: "", bold: "**", italic: "*", strike: "~~" };

/** Returns plain words so that the renderer shows them as they are. A citation such as `[@3]` stays one. */
export function escaped(text) {
  return text
    .replace(/\\(?=[!-/:-@[-`{-~])/g, "\\\\")
    .replace(/[`*]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~~/g, "\\~~")
    .replace(/\[(?=\^|[^\][]{0,500}\]\()/g, "\\[")
    .replace(/<(?=[a-z][^\s<>]*>)/gi, "\\<")
    .replace(/&(?=#?\w{1,31};)/g, "\\&");
}

/** Returns a line so that its beginning makes no heading, list, quote or rule of it. */
export function escapedLine(line) {
  return line
    .replace(/^(#{1,6})(?=\s|$)/, "\\$1")
    .replace(/^([-+])(?=\s|$)/, "\\$1")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^>/, "\\>")
    .replace(/^(?:=+|-{2,}|(?:-\s*){3,})$/, "\\$&");
}

/** Returns an address as it stands in Markdown, or nothing for one that readers could not be led to. */
export function linkable(address) {
  if (!URL.canParse(address)) return "";
  const url = unwrapped(new URL(address));
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return "";
  if (url.protocol === "mailto:" && !/^mailto:[^@\s]+@[^@\s]+$/i.test(url.href)) return "";
  return url.href.replace(/[()<>\\\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
}

// Where others put an address of their own in front of the one that was meant, and under which name they keep it.
const WRAPPERS = [
  [/^(www\.)?google\.[a-z.]+$/, /^\/url$/, ["q", "url"]],
  [/\.safelinks\.protection\.outlook\.com$/, /^\//, ["url"]],
  [/^lm?\.facebook\.com$/, /^\/l\.php$/, ["u"]],
];

function unwrapped(url, depth = 0) {
  for (const [host, path, names] of WRAPPERS) {
    if (depth > 3 || !host.test(url.hostname) || !path.test(url.pathname)) continue;
    const inner = names.map((name) => url.searchParams.get(name)).find((value) => value && URL.canParse(value));
    if (inner) return unwrapped(new URL(inner), depth + 1);
  }
  return url;
}

const same = (one, other) => Object.keys({ ...MARKS, code: "" }).every((name) => one[name] === other[name]);

function joined(runs) {
  const kept = [];
  for (const run of runs) {
    const last = kept.at(-1);
    // White space carries no mark of its own, or “**two** **words**” would be what somebody wrote in one go.
    if (last && !run.br && !last.br && same(last, run)) last.text += run.text;
    else kept.push({ ...run });
  }
  for (const [at, run] of kept.entries()) {
    const before = kept[at - 1];
    const after = kept[at + 1];
    if (run.text && !run.text.trim() && before && after && !before.br && same(before, after)) Object.assign(run, before, { text: run.text });
  }
  return kept;
}

function wrapped(inner, mark, before, after, isNested) {
  let [, lead, core, trail] = inner.match(/^(\s*)(.*?)(\s*)$/s);
  if (!core) return inner;
  // CommonMark reads a mark that stands between a letter and a punctuation sign as plain signs (6.2, flanking).
  while (core && !lead.endsWith(" ") && WORD.test(lead.at(-1) ?? before) && !WORD.test(core[0])) {
    if (isNested) return inner;
    const sign = core.match(/^\\?./su)[0];
    lead += sign;
    core = core.slice(sign.length);
  }
  while (core && !trail.startsWith(" ") && WORD.test(trail[0] ?? after) && !WORD.test(core.at(-1))) {
    if (isNested) return inner;
    const sign = core.match(/\\?.$/su)[0];
    trail = sign + trail;
    core = core.slice(0, -sign.length);
  }
  if (!core.trim()) return lead + core + trail;
  return lead + mark + core + mark + trail;
}

/** Returns words so that they can stand between the brackets of a link. */
export const bracketed = (text) => text.replace(/(?<!\\)[[\]]/g, "\\$&");

function linked(inner, address) {
  const [, lead, core, trail] = inner.match(/^(\s*)(.*?)(\s*)$/s);
  if (!core) return inner;
  return `${lead}[${bracketed(core)}](${address})${trail}`;
}

function coded(text) {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = longest || /^ .* $/.test(text) ? " " : "";
  return text.trim() ? fence + space + text + space + fence : text;
}

function plain(run) {
  if (run.br) return "\\\n";
  return run.code ? coded(run.text) : escaped(run.text);
}

function marked(runs, names, before, after) {
  if (!names.length) return runs.map(plain).join("");
  const [name, ...inner] = names;
  let printed = "";
  for (let at = 0; at < runs.length; ) {
    let end = at + 1;
    while (end < runs.length && runs[end][name] === runs[at][name]) end += 1;
    const group = runs.slice(at, end);
    const value = runs[at][name];
    const first = runs[at - 1]?.text?.at(-1) ?? (at ? " " : before);
    const last = runs[end]?.text?.[0] ?? (end < runs.length ? " " : after);
    if (!value) printed += marked(group, inner, first, last);
    else if (name === "href") printed += linked(marked(group, inner, "", ""), value);
    else {
      const isNested = group.some((run) => run.code || inner.some((other) => run[other]));
      printed += wrapped(marked(group, inner, "", ""), MARKS[name], first, last, isNested);
    }
    at = end;
  }
  return printed;
}

/**
 * Returns runs of words as one paragraph of Markdown, its lines ended by hard breaks.
 * A run is `{text, bold, italic, strike, code, href}` or `{br: true}`; an href was made by `linkable`.
 */
export function paragraph(runs) {
  const text = marked(joined(runs), Object.keys(MARKS), "", "");
  const lines = text.split(/\\\n/).map((line) => line.replace(/[ \t\n]+/g, " ").trim());
  while (lines.length && !lines[0]) lines.shift();
  while (lines.length && !lines.at(-1)) lines.pop();
  return lines.map(escapedLine).join("\\\n");
}
