// Sends many pictures, one request a file: each with its progress, its answer, and what can be done about it.

import { csrfToken } from "./draft_form.js";

const form = document.querySelector("[data-upload-form]");
const section = document.querySelector("[data-upload-progress]");
const list = section.querySelector("[data-upload-list]");
const chooser = form.querySelector('input[type="file"]');
const queue = [];
const MAX_ATTEMPTS = 3; // that follow by themselves while others add pictures too
let isBusy = false;
const outcomes = { taken: 0, there: 0, refused: 0, failed: 0 };
let total = 0;

function element(name, text = "", attributes = {}) {
  const created = document.createElement(name);
  created.textContent = text;
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  return created;
}

function showStatus() {
  const finished = outcomes.taken + outcomes.there + outcomes.refused + outcomes.failed;
  const parts = [`${finished} of ${total} done`];
  if (outcomes.taken) parts.push(`${outcomes.taken} uploaded`);
  if (outcomes.there) parts.push(`${outcomes.there} already in the library`);
  if (outcomes.refused) parts.push(`${outcomes.refused} rejected`);
  if (outcomes.failed) parts.push(`${outcomes.failed} failed`);
  section.querySelector("[data-upload-status]").textContent = `${parts.join("; ")}.`;
}

function row(file) {
  const item = element("li");
  const words = element("div");
  const bar = element("progress", "", { max: "100", value: "0", "aria-label": `Uploading ${file.name}` });
  const status = element("p", "Queued");
  words.append(element("p", file.name, { class: "name" }), bar, status, element("p", "", { class: "note" }));
  item.append(element("span"), words);
  list.append(item);
  return item;
}

function createRetryButton(item, file, label, keepBoth) {
  const button = element("button", label, { type: "button", class: "link-button" });
  button.append(element("span", `: ${file.name}`, { class: "visually-hidden" }));
  button.addEventListener("click", () => {
    outcomes[item.dataset.outcome] -= 1;
    item.querySelector(".note").replaceChildren();
    item.tabIndex = -1;
    item.focus();
    queue.push([file, item, keepBoth]);
    showStatus();
    next();
  });
  return button;
}

function show(item, file, answer, keepBoth) {
  item.dataset.outcome = answer.what;
  item.className = answer.what;
  outcomes[answer.what] += 1;
  const [head, words] = item.children;
  const [, bar, status, note] = words.children;
  bar.hidden = true;
  status.textContent = answer.said;
  if (answer.picture) {
    const { picture: src, width, height } = answer;
    head.replaceChildren(element("img", "", { src, width, height, alt: "" }));
  }
  if (answer.what === "taken") note.append(element("a", `Describe “${answer.title}”`, { href: answer.address }));
  if (answer.what === "there") {
    note.append(element("a", `Use “${answer.title}”`, { href: answer.address }), " or ", createRetryButton(item, file, "Keep both", true));
  }
  if (answer.what === "failed") note.append(createRetryButton(item, file, "Try again", keepBoth));
  showStatus();
}

function send(file, item, keepBoth) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.delete("pictures");
    body.delete("keep_both");
    body.append("pictures", file);
    if (keepBoth) body.append("keep_both", "on");
    const bar = item.querySelector("progress");
    bar.hidden = false;
    const showProgress = (text) => (bar.nextElementSibling.textContent = text);
    showProgress("Uploading…");
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
      if (event.loaded === event.total) showProgress("Processing…");
    });
    const failed = (message) => resolve({ what: "failed", said: message });
    request.addEventListener("error", () => failed("Not uploaded: no connection. Try again."));
    request.addEventListener("load", () => {
      let data = null;
      try {
        data = JSON.parse(request.responseText);
      } catch {
        // No answer of ours: the sign-in page, or a refusal on the way.
      }
      const after = Number(request.getResponseHeader("Retry-After")) || 0;
      if (data?.files) resolve({ ...data.files[0], after });
      else if (data?.error) resolve({ what: "refused", said: `Not uploaded. ${data.error}` });
      else if (request.status === 413 || request.status === 400) resolve({ what: "refused", said: "Not uploaded. The file is too large." });
      else if (request.responseURL && new URL(request.responseURL).pathname !== location.pathname) {
        failed("Not uploaded: you are signed out. Sign in again in another window, then try again.");
      } else failed(`Not uploaded: the server answered ${request.status}. Try again.`);
    });
    request.send(body);
  });
}

async function next() {
  if (isBusy) return;
  isBusy = true;
  while (queue.length) {
    const [file, item, keepBoth] = queue.shift();
    let answer = await send(file, item, keepBoth);
    for (let attempt = 0; answer.what === "failed" && answer.after && attempt < MAX_ATTEMPTS; attempt += 1) {
      item.querySelector("progress").nextElementSibling.textContent = "Queued: another picture is being processed.";
      await new Promise((resolve) => setTimeout(resolve, answer.after * 1000));
      answer = await send(file, item, keepBoth);
    }
    show(item, file, answer, keepBoth);
  }
  isBusy = false;
}

function addFiles(files) {
  if (!files.length) return;
  section.hidden = false;
  total += files.length;
  for (const file of files) queue.push([file, row(file), false]);
  showStatus();
  next();
}

for (const fallback of form.querySelectorAll("[data-without-script], .submit-row button")) fallback.hidden = true;
form.addEventListener("submit", (event) => event.preventDefault());
chooser.addEventListener("change", () => {
  addFiles([...chooser.files]);
  chooser.value = "";
});
const hint = element("p", "Or drop pictures anywhere on this page.", { class: "help" });
chooser.closest(".column").append(hint);
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) {
    event.preventDefault();
    document.body.classList.add("drop-target");
  }
});
document.addEventListener("dragleave", (event) => event.relatedTarget || document.body.classList.remove("drop-target"));
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  document.body.classList.remove("drop-target");
  addFiles([...event.dataTransfer.files]);
});
addEventListener("beforeunload", (event) => isBusy && event.preventDefault());
