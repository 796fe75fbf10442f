// The keys of the desk, and the list of them behind “?”. Each kind can be switched off (WCAG 2.2, 2.1.4); what was
// chosen is kept in this browser for the person who is signed in. A key without Ctrl does nothing while somebody types.

import { listParts, openPart } from "./folding.js";

const script = document.querySelector("script[data-help-address]");
const helpAddress = script?.dataset.helpAddress;
const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const STORED = `desk-keys-${script?.dataset.person ?? ""}`;

const form = () => document.querySelector("#story_form, #faq_form");
const submitButton = (value) => [...(form()?.querySelectorAll(`button[name="_continue"][value="${value}"]`) ?? [])].find((button) => !button.disabled);

/** Dispatches an event for the script that acts on it; returns false if this page has no `selector`. */
function dispatchIfPresent(name, selector) {
  if (!document.querySelector(selector)) return false;
  document.dispatchEvent(new CustomEvent(name));
  return true;
}

function nextOf(elements, step) {
  const shown = elements.filter((element) => element.getClientRects().length);
  if (!shown.length) return null;
  const { activeElement } = document;
  const place = (element) => activeElement.compareDocumentPosition(element);
  const at = activeElement === document.body ? -1 : shown.findLastIndex((element) => element === activeElement || element.contains(activeElement) || place(element) & Node.DOCUMENT_POSITION_PRECEDING);
  const isIn = at >= 0 && (shown[at] === activeElement || shown[at].contains(activeElement));
  const to = step > 0 ? at + 1 : isIn ? at - 1 : at;
  return shown[(to + shown.length) % shown.length];
}

function goToSection(step) {
  const part = nextOf(listParts(), step);
  if (!part) return false;
  openPart(part);
  const fields = [...part.querySelectorAll(".column :is(textarea, input:not([type=hidden]), select)")];
  (fields.find((field) => field.matches("textarea")) ?? fields[0] ?? part).focus();
  return true;
}

function press(element) {
  element?.click();
  return Boolean(element);
}

function goToPreview() {
  const button = document.querySelector("[data-show-preview]");
  if (!button?.getClientRects().length) return press(document.querySelector(".submit-row a[target=_blank]"));
  if (button.getAttribute("aria-expanded") === "false") button.click();
  button.focus();
  return true;
}

const ACTIONS = {
  save: () => press(submitButton("save")),
  publish: () => press(submitButton("publish")),
  preview: goToPreview,
  comment: () => dispatchIfPresent("desk:start-comment", "[data-comments]"),
  finding: () => dispatchIfPresent("desk:next-finding", ".finding"),
  section: () => goToSection(1),
  "section-before": () => goToSection(-1),
  help: () => show(),
};

// What stands in the list of keys on the page of help; `plain` are the keys without Ctrl, Cmd, Alt or a function key.
const KEYS = [
  { does: "save", key: "s", with: true },
  { does: "publish", key: "Enter", with: true, shift: true },
  { does: "comment", code: "KeyM", with: true, alt: true },
  { does: "finding", key: "F8" },
  { does: "section", key: "PageDown", alt: true },
  { does: "section-before", key: "PageUp", alt: true },
  { does: "help", key: "?", plain: true },
  { does: "preview", key: "p", plain: true },
  { does: "comment", key: "c", plain: true },
  { does: "finding", key: "n", plain: true },
  { does: "section", key: "s", plain: true },
  { does: "section-before", key: "S", plain: true },
];

const KINDS = { plain: true, combined: true, writing: true };

function choices() {
  try {
    return { ...KINDS, ...JSON.parse(localStorage.getItem(STORED) ?? "{}") };
  } catch {
    return KINDS;
  }
}

/** Returns whether this person uses the keys of a kind: `plain`, `combined`, or `writing` for those within a text. */
export const areShortcutsOn = (kind) => choices()[kind];

const TYPED_IN = "textarea, select, [contenteditable], [role=listbox], [role=textbox], input:not([type=checkbox], [type=radio], [type=submit], [type=button])";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector("dialog[open]")) return;
  const isWith = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const isBare = !event.ctrlKey && !event.metaKey && !event.altKey;
  const isTyping = event.target.closest?.(TYPED_IN);
  const found = KEYS.find((each) => {
    if (each.plain) return isBare && !isTyping && event.key === each.key;
    if (each.with) {
      // AltGr, which some keyboards tell as Ctrl and Alt, types a letter; Option changes the name of a key.
      if (event.altKey !== Boolean(each.alt) || event.getModifierState("AltGraph")) return false;
      return isWith && event.shiftKey === Boolean(each.shift) && (event.code === each.code || event.key.toLowerCase() === each.key?.toLowerCase());
    }
    if (each.alt) return event.altKey && !event.ctrlKey && !event.metaKey && event.key === each.key;
    return isBare && event.key === each.key;
  });
  if (!found || !areShortcutsOn(found.plain ? "plain" : "combined")) return;
  if (ACTIONS[found.does]()) event.preventDefault();
});

function show() {
  if (!helpAddress || location.pathname === helpAddress) return false;
  open();
  return true;
}

async function open() {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "shortcuts-dialog";
  dialog.setAttribute("aria-labelledby", "head-keys");
  dialog.tabIndex = -1;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  const helpLink = document.createElement("a");
  helpLink.href = helpAddress;
  helpLink.target = "_blank";
  helpLink.textContent = "Open Help in a new tab";
  const end = document.createElement("p");
  end.className = "choices";
  end.append(close, helpLink);
  try {
    const answer = await fetch(helpAddress, { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    // A page of our own, and of it the one part that tells of keys.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    dialog.append(document.importNode(page.querySelector("#keys"), true));
  } catch {
    const words = document.createElement("h2");
    words.id = "head-keys";
    words.textContent = "Can’t load the shortcuts";
    dialog.append(words);
  }
  dialog.append(end);
  document.body.append(dialog);
  prepare(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  dialog.showModal();
  dialog.focus();
}

// The two ticks on the page of help, and in the dialog.
function prepare(root) {
  for (const box of root.querySelectorAll("[data-shortcut-kind]")) {
    box.disabled = false;
    box.checked = areShortcutsOn(box.dataset.shortcutKind);
    box.addEventListener("change", () => {
      const status = root.querySelector("[data-shortcuts-status]");
      try {
        localStorage.setItem(STORED, JSON.stringify({ ...choices(), [box.dataset.shortcutKind]: box.checked }));
        status.textContent = box.checked ? "These shortcuts are on." : "These shortcuts are off.";
      } catch {
        status.textContent = "This browser can’t save your choice.";
      }
    });
  }
  if (isMac) for (const key of root.querySelectorAll("[data-mac-keys]")) key.textContent = key.dataset.macKeys;
}
prepare(document);
