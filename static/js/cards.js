// Opens a card for the number of a source or the name of a topic. The card is filled from the list of sources, the passages
// and the topics of the page. The links work without it, and a click with a key or the middle button keeps the link.

const card = document.getElementById("card");
const [details, label, words, links] = card.children;
const [passageLink, topicLink, sourcesLink] = links.children;

function fillWithSource(hash) {
  const entry = document.querySelector(hash);
  const copy = entry.querySelector("div").cloneNode(true);
  const title = copy.querySelector(".title");
  const heading = document.createElement("p");
  heading.className = "heading";
  title.id = "card-heading";
  title.replaceWith(heading);
  heading.append(entry.querySelector(".number").cloneNode(true), title);
  copy.querySelector(".back-links")?.remove();
  copy.querySelector("[hidden]")?.removeAttribute("hidden");
  details.replaceChildren(...copy.children);
  const passage = document.querySelector(`.articles [href="${hash}"]`)?.closest(".passage");
  showText(passage ? readExcerpt(passage.querySelector(".prose")) : "");
  showLinks(passage ? `#${passage.id}` : "", "");
}

// Returns the first 40 words of a passage without its citations.
function readExcerpt(prose) {
  const copy = prose.cloneNode(true);
  for (const note of copy.querySelectorAll("sup, .visually-hidden, .correction")) {
    note.remove();
  }
  const [first = "", ...rest] = copy.textContent.trim().match(/(?:\S+\s*){1,40}/g) ?? [];
  return first.trim() + (rest.length ? "…" : "");
}

function fillWithTopic(href) {
  const item = document.querySelector(`#topics [href="${href}"]`).closest("li");
  const copy = item.cloneNode(true);
  const heading = copy.querySelector("h3");
  heading.id = "card-heading";
  heading.className = "heading";
  heading.textContent = heading.textContent.trim();
  const kind = copy.querySelector(".after");
  details.replaceChildren(heading, ...(kind ? [kind] : []));
  showText(copy.querySelector(".excerpt").textContent);
  showLinks("", href);
}

function showText(text) {
  words.textContent = text;
  words.hidden = !text;
}

function showLinks(passage, topic) {
  card.classList.toggle("is-source", !topic);
  label.hidden = passageLink.hidden = !passage;
  topicLink.hidden = !topic;
  sourcesLink.hidden = Boolean(topic);
  passageLink.href = passage;
  topicLink.href = topic;
}

function open(event) {
  const link = event.currentTarget;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return;
  }
  event.preventDefault();
  (link.hash ? fillWithSource : fillWithTopic)(link.getAttribute("href"));
  link.focus({ preventScroll: true }); // Safari does not focus a link that is clicked. Escape returns to it.
  card.hidePopover();
  card.classList.remove("is-above");
  card.showPopover({ source: link });
  card.scrollTop = 0;
  card.classList.toggle("is-above", link.getBoundingClientRect().bottom > innerHeight - card.offsetHeight);
}

if (card.showPopover) {
  for (const link of document.querySelectorAll('article :is(.topic, a[href^="#source-"])')) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", open);
  }
  links.addEventListener("click", (event) => {
    if (event.target.hash) {
      card.hidePopover();
    }
  });
}
