// Suggests pages, topics and sources while somebody types (ARIA Authoring Practices Guide, combobox with a list).
// The form is whole without it. Nothing is asked but the words in the field.

const PAUSE = 150; // milliseconds without a key
const FEWEST = 2; // letters

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

function activate(number) {
  const options = [...list.children];
  active = options.length ? (number + options.length) % options.length : -1;
  options.forEach((option, each) => option.setAttribute("aria-selected", String(each === active)));
  if (active < 0) {
    field.removeAttribute("aria-activedescendant");
  } else {
    field.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }
}

function open(isOpen) {
  list.hidden = !isOpen;
  field.setAttribute("aria-expanded", String(isOpen));
  active = -1;
  field.removeAttribute("aria-activedescendant");
}

function close() {
  clearTimeout(timer);
  request?.abort();
  open(false);
  list.replaceChildren();
  status.textContent = "";
}

function optionFor(suggestion, number) {
  const option = document.createElement("a");
  option.id = `suggestion-${number}`;
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

async function ask() {
  const words = field.value.trimStart();
  request?.abort();
  if (words.trim().length < FEWEST) {
    close();
    return;
  }
  const asking = new AbortController();
  request = asking;
  try {
    const address = `${form.dataset.suggestionsAddress}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { signal: asking.signal, credentials: "omit" });
    if (!answer.ok) {
      close();
      return;
    }
    const told = await answer.json();
    list.replaceChildren(...told.suggestions.map(optionFor));
    open(told.suggestions.length > 0);
    status.textContent = told.said;
  } catch (error) {
    if (error.name !== "AbortError") {
      close(); // the network is away; the form still works
    }
  }
}

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
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
      ask().then(() => activate(step > 0 ? 0 : -1));
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

// A press on a suggestion leaves the words with the reader, and the field with its focus.
list.addEventListener("pointerdown", (event) => event.preventDefault());
field.addEventListener("blur", close);
form.addEventListener("submit", close);
