// Sends many pictures, one request a file: each with its progress, its answer, and what can be done about it.

import { token } from "./draft_form.js";

const form = document.querySelector("[data-uploading]");
const part = document.querySelector("[data-progress]");
const list = part.querySelector("[data-files]");
const chooser = form.querySelector('input[type="file"]');
const waiting = [];
const MOST_TURNS = 3; // that are waited for by itself while others add pictures too
let isBusy = false;
const done = { taken: 0, there: 0, refused: 0, failed: 0 };
let all = 0;

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function tell() {
  const finished = done.taken + done.there + done.refused + done.failed;
  const parts = [`${finished} of ${all} done`];
  if (done.taken) parts.push(`${done.taken} taken in`);
  if (done.there) parts.push(`${done.there} in the library already`);
  if (done.refused) parts.push(`${done.refused} refused`);
  if (done.failed) parts.push(`${done.failed} not sent`);
  part.querySelector("[data-says]").textContent = `${parts.join("; ")}.`;
}

function row(file) {
  const item = element("li");
  const words = element("div");
  const bar = element("progress", "", { max: "100", value: "0", "aria-label": `Sending ${file.name}` });
  const said = element("p", "Waits.");
  words.append(element("p", file.name, { class: "name" }), bar, said, element("p", "", { class: "note" }));
  item.append(element("span"), words);
  list.append(item);
  return item;
}

function again(item, file, label, keep) {
  const button = element("button", label, { type: "button", class: "quiet" });
  button.append(element("span", `: ${file.name}`, { class: "visually-hidden" }));
  button.addEventListener("click", () => {
    done[item.dataset.what] -= 1;
    item.querySelector(".note").replaceChildren();
    item.tabIndex = -1;
    item.focus();
    waiting.push([file, item, keep]);
    tell();
    next();
  });
  return button;
}

function show(item, file, answer, keep) {
  item.dataset.what = answer.what;
  item.className = answer.what;
  done[answer.what] += 1;
  const [head, words] = item.children;
  const [, bar, said, note] = words.children;
  bar.hidden = true;
  said.textContent = answer.said;
  if (answer.picture) {
    const { picture: src, width, height } = answer;
    head.replaceChildren(element("img", "", { src, width, height, alt: "" }));
  }
  if (answer.what === "taken") note.append(element("a", `Say what “${answer.title}” shows`, { href: answer.address }));
  if (answer.what === "there") {
    note.append(element("a", `Use “${answer.title}”`, { href: answer.address }), " or ", again(item, file, "Keep both", true));
  }
  if (answer.what === "failed") note.append(again(item, file, "Try again", keep));
  tell();
}

function send(file, item, keep) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.delete("pictures");
    body.delete("keep_both");
    body.append("pictures", file);
    if (keep) body.append("keep_both", "on");
    const bar = item.querySelector("progress");
    bar.hidden = false;
    const say = (text) => (bar.nextElementSibling.textContent = text);
    say("Sending…");
    const request = new XMLHttpRequest();
    request.open("POST", location.pathname);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
      if (event.loaded === event.total) say("Sent. It is being looked at…");
    });
    const failed = (said) => resolve({ what: "failed", said });
    request.addEventListener("error", () => failed("Not sent: no connection."));
    request.addEventListener("load", () => {
      let said = null;
      try {
        said = JSON.parse(request.responseText);
      } catch {
        // No answer of ours: the sign-in page, or a refusal on the way.
      }
      const after = Number(request.getResponseHeader("Retry-After")) || 0;
      if (said?.files) resolve({ ...said.files[0], after });
      else if (said?.error) resolve({ what: "refused", said: `Not taken in. ${said.error}` });
      else if (request.status === 413 || request.status === 400) resolve({ what: "refused", said: "Not taken in. The file is too large." });
      else if (request.responseURL && new URL(request.responseURL).pathname !== location.pathname) {
        failed("Not sent: you are signed out. Sign in again in another window, then try again.");
      } else failed(`Not sent: the server answered ${request.status}.`);
    });
    request.send(body);
  });
}

async function next() {
  if (isBusy) return;
  isBusy = true;
  while (waiting.length) {
    const [file, item, keep] = waiting.shift();
    let answer = await send(file, item, keep);
    for (let turn = 0; answer.what === "failed" && answer.after && turn < MOST_TURNS; turn += 1) {
      item.querySelector("progress").nextElementSibling.textContent = "Waits: another picture is being read.";
      await new Promise((resolve) => setTimeout(resolve, answer.after * 1000));
      answer = await send(file, item, keep);
    }
    show(item, file, answer, keep);
  }
  isBusy = false;
}

function take(files) {
  if (!files.length) return;
  part.hidden = false;
  all += files.length;
  for (const file of files) waiting.push([file, row(file), false]);
  tell();
  next();
}

for (const plain of form.querySelectorAll("[data-plain], .submit-row button")) plain.hidden = true;
form.addEventListener("submit", (event) => event.preventDefault());
chooser.addEventListener("change", () => {
  take([...chooser.files]);
  chooser.value = "";
});
const drop = element("p", "Or drop pictures anywhere on this page.", { class: "help" });
chooser.closest(".column").append(drop);
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) {
    event.preventDefault();
    document.body.classList.add("dropping");
  }
});
document.addEventListener("dragleave", (event) => event.relatedTarget || document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  document.body.classList.remove("dropping");
  take([...event.dataTransfer.files]);
});
addEventListener("beforeunload", (event) => isBusy && event.preventDefault());
