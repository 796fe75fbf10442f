// What a clipboard holds as HTML, as the Markdown that our renderer knows: a pure module that touches no page.
// What it is given is parsed into a document of its own, in which nothing is loaded and nothing runs.

import { linkTarget, renderParagraph } from "./markdown.js";
import { stripTrackingFromText } from "./tracking.js";

const LONGEST = 3_000_000; // characters; more than that is taken as plain text
const DROPPED = new Set(
  "script style noscript template head title meta link xml iframe object embed svg math canvas video audio img picture button input select textarea datalist dialog".split(" "),
);
const BLOCKS = new Set(
  "p div section article main header footer aside nav address figure figcaption dl dt dd fieldset form details summary center caption td th li body".split(" "),
);
const LISTS = new Set(["ul", "ol", "menu", "dir"]);
const HEADING = /^h([1-6])$/;
const BULLET = /^[•·▪◦‣●○■]\s+/;

function styleOf(element) {
  const style = {};
  for (const rule of (element.dataset?.style ?? "").split(";")) {
    const at = rule.indexOf(":");
    if (at > 0) style[rule.slice(0, at).trim().toLowerCase()] = rule.slice(at + 1).trim().toLowerCase();
  }
  return style;
}

const isHidden = (element, style) =>
  element.hidden || style.display === "none" || style["mso-hide"] === "all" || /^comment/.test(style["mso-element"] ?? "");

function isBold(value, before) {
  if (value === undefined) return before;
  return value.startsWith("bold") || Number(value) >= 600;
}

function addMarks(element, name, style, marks) {
  const next = { ...marks };
  if (name === "b" || name === "strong") next.bold = true;
  if (name === "i" || name === "em" || name === "cite") next.italic = true;
  if (name === "s" || name === "strike" || name === "del") next.strike = true;
  if (name === "code" || name === "kbd" || name === "samp" || name === "tt") next.code = true;
  if (name === "a") next.href = linkTarget(element.getAttribute("href") ?? "") || marks.href;
  next.bold = isBold(style["font-weight"], next.bold);
  if (style["font-style"]) next.italic = /italic|oblique/.test(style["font-style"]);
  if (/line-through/.test(`${style["text-decoration"] ?? ""} ${style["text-decoration-line"] ?? ""}`)) next.strike = true;
  if (next.inHeading) next.bold = false;
  return next;
}

// Invisible signs and those that turn the order of words go; a space that holds two words together stays.
const cleanText = (text) =>
  text
    .replace(/[\u200b\ufeff\u00ad\u202a-\u202e\0]/g, "")
    .replace(/[ \t\r\n\f]+/g, " ")
    .replace(/\u00a0(?=[\s\u00a0]|$)|(?<=[\s\u00a0]|^)\u00a0/g, " ");

class HtmlConverter {
  blocks = [];
  runs = [];
  level = -1;

  /** Ends the paragraph under way; `item` makes a line of a list of it. */
  end(prefix = "", item = null) {
    const runs = this.runs;
    this.runs = [];
    // Two breaks in a row are how mails part paragraphs.
    let from = 0;
    for (let at = 0; at <= runs.length; at += 1) {
      const isEnd = at === runs.length;
      const isParting = runs[at]?.br && runs[at + 1]?.br;
      if (!isEnd && !isParting) continue;
      this.push(renderParagraph(runs.slice(from, at)), prefix, item);
      while (runs[at + 1]?.br) at += 1;
      from = at + 1;
    }
  }

  push(text, prefix, item) {
    if (!text) return;
    const bullet = !prefix && !item && text.match(BULLET);
    if (bullet && !text.includes("\n")) {
      this.blocks.push({ text: text.slice(bullet[0].length), item: { level: 0, ordered: false } });
    } else this.blocks.push({ text: prefix + (prefix.startsWith("#") ? text.replaceAll("\\\n", " ").replace(/(^|\s)(#+)$/, "$1\\$2") : text), item });
  }

  walk(parent, marks) {
    for (const node of parent.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        const text = cleanText(node.data);
        if (text) this.runs.push({ text: marks.code ? text : stripTrackingFromText(text), ...marksOf(marks) });
      } else if (node.nodeType === Node.ELEMENT_NODE) this.element(node, marks);
    }
  }

  element(element, marks) {
    const name = element.localName;
    const style = styleOf(element);
    if (DROPPED.has(name) || isHidden(element, style)) return;
    // Words that somebody took out while changes were tracked are not the text.
    if (name === "del" && (element.hasAttribute("datetime") || element.hasAttribute("cite"))) return;
    const heading = name.match(HEADING)?.[1] ?? (/^MsoTitle$/i.test(element.className) ? "1" : null);
    if (name === "br") this.runs.push({ br: true, ...marksOf(marks) });
    else if (name === "hr") this.after(() => this.blocks.push({ text: "---", item: null }));
    else if (heading) this.heading(element, Number(heading), marks);
    else if (LISTS.has(name)) this.list(element, marks);
    else if (name === "table") this.table(element, marks);
    else if (name === "blockquote") this.quote(element, marks);
    else if (name === "pre") this.code(element);
    else if (style["mso-list"] && /level\d/.test(style["mso-list"])) this.wordItem(element, style, marks);
    else if (BLOCKS.has(name)) this.block(element, addMarks(element, name, style, marks));
    else this.walk(element, addMarks(element, name, style, marks));
  }

  after(work) {
    this.end();
    work();
  }

  block(element, marks) {
    this.end();
    this.walk(element, marks);
    this.end();
  }

  heading(element, level, marks) {
    this.end();
    this.walk(element, { ...marks, inHeading: true, bold: false });
    this.end(`${level < 3 ? "##" : level === 3 ? "###" : "####"} `);
  }

  inside(element, marks) {
    const inner = new HtmlConverter();
    inner.walk(element, marks);
    inner.end();
    return inner;
  }

  quote(element, marks) {
    this.end();
    const text = this.inside(element, marks).text();
    if (text) this.blocks.push({ text: text.replace(/^/gm, "> ").replace(/ +$/gm, ""), item: null });
  }

  code(element) {
    this.end();
    const text = element.textContent.replace(/\r\n?/g, "\n").replace(/^\n|\s+$/g, "");
    const fence = "`".repeat(Math.max(3, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length + 1)));
    if (text.trim()) this.blocks.push({ text: `${fence}\n${text}\n${fence}`, item: null });
  }

  list(element, marks) {
    this.end();
    this.level += 1;
    const ordered = element.localName === "ol";
    let number = ordered && /^\d{1,9}$/.test(element.getAttribute("start") ?? "") ? Number(element.getAttribute("start")) : 1;
    for (const child of element.children) {
      if (LISTS.has(child.localName)) this.list(child, marks);
      else if (child.localName === "li") {
        if (isHidden(child, styleOf(child))) continue;
        this.item(child, { level: this.level, ordered, number }, addMarks(child, "li", styleOf(child), marks));
        number += 1;
      } else this.element(child, marks);
    }
    this.level -= 1;
  }

  item(element, item, marks) {
    const inner = new HtmlConverter();
    inner.level = this.level;
    inner.walk(element, marks);
    inner.end();
    let isFirst = true;
    for (const block of inner.blocks) {
      if (block.item && block.item.level > item.level) {
        this.blocks.push(block);
        isFirst = false;
      } else {
        this.blocks.push({ text: block.text, item: { ...item, isContinuation: !isFirst } });
        isFirst = false;
      }
    }
  }

  wordItem(element, style, marks) {
    this.end();
    const level = Number(style["mso-list"].match(/level(\d)/)[1]) - 1;
    let sign = "";
    for (const ignored of element.querySelectorAll("span")) {
      if (!/mso-list:\s*ignore/i.test(ignored.dataset.style ?? "")) continue;
      sign ||= ignored.textContent.trim();
      ignored.remove();
    }
    const number = sign.match(/^\(?(\d{1,9}|[a-z]|[ivx]+)[.)]/i);
    this.walk(element, addMarks(element, "p", style, marks));
    this.end("", { level, ordered: Boolean(number), number: Number(number?.[1]) || 1 });
  }

  table(element, marks) {
    this.end();
    const rows = [...element.rows].filter((row) => !isHidden(row, styleOf(row)));
    const cells = rows.map((row) => [...row.cells]);
    const width = Math.max(0, ...cells.map((row) => row.reduce((sum, cell) => sum + Math.min(cell.colSpan, 50), 0)));
    const isLayout =
      width < 2 || rows.length < 2 || element.getAttribute("role") === "presentation" || element.querySelector("table, ul, ol, blockquote, h1, h2, h3");
    if (isLayout) {
      for (const cell of cells.flat()) this.block(cell, marks);
      return;
    }
    if (element.caption) this.block(element.caption, marks);
    const sides = Array(width).fill("---");
    const lines = cells.map((row, at) => {
      const texts = [];
      for (const cell of row) {
        const style = styleOf(cell);
        const inner = { ...marks, inHeading: at === 0 || cell.localName === "th" };
        if (/right|end/.test(style["text-align"] ?? cell.getAttribute("align") ?? "")) sides[texts.length] = "---:";
        const text = this.inside(cell, addMarks(cell, "td", style, inner)).blocks.map((block) => block.text).join(" ");
        texts.push(text.replaceAll("\\\n", " ").replace(/(\\*)\|/g, (bar, signs) => (signs.length % 2 ? bar : `${signs}\\|`)));
        for (let span = 1; span < Math.min(cell.colSpan, 50); span += 1) texts.push("");
      }
      return `| ${Array.from({ length: width }, (_, column) => texts[column] ?? "").join(" | ")} |`;
    });
    this.blocks.push({ text: [lines[0], `| ${sides.join(" | ")} |`, ...lines.slice(1)].join("\n"), item: null });
  }

  /** Returns all blocks as Markdown. */
  text() {
    let markdown = "";
    let before = null;
    const widths = [];
    const numbers = [];
    const kinds = [];
    for (const { text, item } of this.blocks) {
      if (!item) {
        markdown += (before ? "\n\n" : "") + text;
        widths.length = numbers.length = kinds.length = 0;
        before = { item };
        continue;
      }
      const level = Math.min(item.level, widths.length);
      const isNew = level >= widths.length || !before?.item;
      const changes = !isNew && kinds[level] !== item.ordered;
      widths.length = Math.min(widths.length, level + 1);
      numbers.length = Math.min(numbers.length, level + 1);
      if (!item.isContinuation || isNew) {
        numbers[level] = isNew || changes ? (item.number ?? 1) : numbers[level] + 1;
        kinds[level] = item.ordered;
        const marker = item.ordered ? `${numbers[level]}. ` : "- ";
        widths[level] = marker.length;
        const indent = " ".repeat(widths.slice(0, level).reduce((sum, width) => sum + width, 0));
        const parting = !before ? "" : !before.item || changes || before.item.isContinuation ? "\n\n" : "\n";
        markdown += parting + indent + marker + text.replace(/\n/g, `\n${indent}${" ".repeat(marker.length)}`);
      } else {
        const indent = " ".repeat(widths.reduce((sum, width) => sum + width, 0));
        markdown += `\n\n${text.replace(/^/gm, indent)}`;
      }
      before = { item };
    }
    return markdown;
  }
}

const marksOf = ({ bold, italic, strike, code, href }) => ({ bold: !!bold, italic: !!italic, strike: !!strike, code: !!code, href: href || "" });

/**
 * Returns the Markdown of what a clipboard holds as HTML, or null where its plain text says as much:
 * where it is too long, holds no words, or comes from an editor of plain text.
 */
export function convertHtml(html) {
  if (html.length > LONGEST) return null;
  // The policy of the page holds for what is parsed too, and complains of each style and handler: they are only read here.
  const unstyled = html
    .replace(/<style\b[\s\S]*?<\/style\s*>|<base\b[^<>]*>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/([\s"'])(style|on[a-z]+)(?=\s*=)/gi, "$1data-$2"));
  const { body } = new DOMParser().parseFromString(unstyled, "text/html");
  const only = body.children.length === 1 ? body.firstElementChild : null;
  if (only?.localName === "pre" || (only?.localName === "div" && styleOf(only)["white-space"] === "pre")) return null;
  if (![...body.querySelectorAll("*")].some((element) => !["span", "font", "meta"].includes(element.localName) || element.hasAttribute("data-style"))) return null;
  const converter = new HtmlConverter();
  converter.walk(body, {});
  converter.end();
  return converter.text() || null;
}

/** Returns the address that a text is, whole and nothing else, or nothing. */
export function parseAddress(text) {
  const trimmed = text.trim();
  return /^(?:https?:\/\/|mailto:)\S+$/i.test(trimmed) ? linkTarget(trimmed) : "";
}
