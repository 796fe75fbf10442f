// A preview on demand under each Markdown field, in rows added later too. Typing, Tab and undo stay the browser's own.

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const SHOW = "Show as readers see it";
const CLOSE = "Close the preview";
const address = document.querySelector("[data-preview-address]")?.dataset.previewAddress;

function prepare(root) {
  for (const box of root.querySelectorAll(".markdownx:not(.ready)")) {
    box.classList.add("ready");
    const field = box.querySelector("textarea");
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.textContent.trim() ?? "the text";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet show";
    button.dataset.show = "";
    button.setAttribute("aria-expanded", "false");
    const about = document.createElement("span");
    about.className = "visually-hidden";
    about.textContent = `: ${label}`;
    button.append(SHOW, about);
    field.after(button);
  }
}

function say(preview, text) {
  const words = document.createElement("p");
  words.className = "refused";
  words.setAttribute("role", "alert");
  words.textContent = text;
  preview.replaceChildren(words);
}

async function show(box, button) {
  const preview = box.querySelector(".markdownx-preview");
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  button.firstChild.data = open ? SHOW : CLOSE;
  preview.hidden = open;
  if (open) return;
  preview.textContent = "Loading…";
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams({ content: box.querySelector("textarea").value }),
      redirect: "error",
    });
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    const body = isJson ? await answer.json() : {};
    if (answer.ok) preview.innerHTML = body.html || "<p>Nothing to show yet.</p>";
    else say(preview, body.error ?? `The preview was refused (${answer.status}). Your text is untouched.`);
  } catch {
    say(preview, "No connection. Your text is untouched; try again later.");
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (button) show(button.closest(".markdownx"), button);
});
document.addEventListener("rows:changed", (event) => prepare(event.target));
prepare(document);
