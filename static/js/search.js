// Suggests pages, topics and outlets while somebody types (ARIA Authoring Practices Guide, combobox with a list), and
// counts the results for each section of a story when its choices are opened.
// The form works without it. Nothing is sent but the text of the field.

const DELAY = 150; // milliseconds after the last key
const MIN_LENGTH = 2; // characters

const field = document.getElementById("q");
const form = field.form;

const list = document.createElement("div");
list.id = "suggestions";
list.className = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-labelledby", "q-label");
list.hidden = true;

const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");

// A field of type search may have no other role (ARIA in HTML, 4).
field.type = "text";
field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-expanded", "false");
field.parentElement.append(list, status);

let timer = 0;
let request = null;
let active = -1;

function activate(index) {
  const options = [...list.children];
  active = options.length ? (index + options.length) % options.length : -1;
  options.forEach((option, position) => option.setAttribute("aria-selected", String(position === active)));
  if (active < 0) {
    field.removeAttribute("aria-activedescendant");
  } else {
    field.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }
}

function toggle(isOpen) {
  list.hidden = !isOpen;
  field.setAttribute("aria-expanded", String(isOpen));
  active = -1;
  field.removeAttribute("aria-activedescendant");
}

function close() {
  clearTimeout(timer);
  request?.abort();
  toggle(false);
  list.replaceChildren();
  status.textContent = "";
}

function createOption(suggestion, index) {
  const option = document.createElement("a");
  option.id = `suggestion-${index}`;
  option.href = suggestion.url;
  option.tabIndex = -1;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const title = document.createElement("span");
  title.textContent = suggestion.title;
  title.lang = suggestion.language;
  title.dir = suggestion.direction || "auto";
  if (!suggestion.language) {
    title.removeAttribute("lang");
  }
  const label = document.createElement("span");
  label.className = "small";
  label.textContent = suggestion.label;
  option.append(title, " ", label);
  return option;
}

async function suggest() {
  const query = field.value.trimStart();
  request?.abort();
  if (query.trim().length < MIN_LENGTH) {
    close();
    return;
  }
  const controller = new AbortController();
  request = controller;
  try {
    const address = `${form.dataset.suggestionsAddress}?${new URLSearchParams({ q: query })}`;
    const response = await fetch(address, { signal: controller.signal, credentials: "omit" });
    if (!response.ok) {
      close();
      return;
    }
    const answer = await response.json();
    list.replaceChildren(...answer.suggestions.map(createOption));
    toggle(answer.suggestions.length > 0);
    status.textContent = answer.said;
  } catch (error) {
    if (error.name !== "AbortError") {
      close(); // There is no connection. The form still works.
    }
  }
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, DELAY);
});

field.addEventListener("keydown", (event) => {
  if (event.isComposing) {
    return;
  }
  const isOpen = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (isOpen) {
      activate(active < 0 && step < 0 ? -1 : active + step);
    } else {
      suggest().then(() => activate(step > 0 ? 0 : -1));
    }
  } else if (event.key === "Enter" && isOpen && active >= 0) {
    event.preventDefault();
    list.children[active].click();
  } else if (event.key === "Escape") {
    if (!isOpen) {
      field.value = "";
    }
    event.preventDefault();
    close();
  }
});

// The field keeps its focus when a suggestion is pressed; otherwise the list would close before the click.
list.addEventListener("pointerdown", (event) => event.preventDefault());
field.addEventListener("blur", close);
form.addEventListener("submit", close);

const sections = document.getElementById("section");

async function countSections() {
  try {
    const response = await fetch(`${form.dataset.sectionsAddress}${location.search}`, { credentials: "omit" });
    const { choices } = response.ok ? await response.json() : { choices: {} };
    for (const option of sections.options) {
      option.text = choices[option.value] ?? option.text;
    }
  } catch {
    // There is no connection. The choices work without their numbers.
  }
}

sections?.addEventListener("focus", countSections, { once: true });
