// The page beside its form, as it would be with what is typed: on a phone, or on a desktop made smaller.
// The frame runs no script. It shares our origin only so that its words can be exchanged without losing the place.

const section = document.querySelector("[data-preview]");
const WIDTH = "desk-preview-width";
const WORDS = {
  offline: "No connection. The preview is out of date.",
  "signed-out": "You are signed out. The preview is out of date.",
};

function begin() {
  const pane = section.querySelector("[data-preview-pane]");
  const frame = section.querySelector("iframe");
  const status = section.querySelector("[data-preview-status]");
  const toggle = section.querySelector("[data-show-preview]");
  const widths = [...section.querySelectorAll("[data-width]")];
  let isReady = false;
  let pendingPage = "";

  const chosen = () => widths.find((button) => button.getAttribute("aria-pressed") === "true") ?? widths[0];

  function fit() {
    const width = Number(chosen().dataset.width);
    // A phone may be shown a little larger than it is, so that no strip is left beside it.
    const scale = Math.min(1.1, (section.clientWidth - 2) / width) || 1;
    pane.style.setProperty("--page", `${width}px`);
    pane.style.setProperty("--scale", String(scale));
  }

  function choose(button) {
    for (const each of widths) each.setAttribute("aria-pressed", String(each === button));
    try {
      localStorage.setItem(WIDTH, button.dataset.width);
    } catch {
      // A browser that keeps nothing opens on the phone again.
    }
    fit();
  }

  function replacePage(html) {
    const page = frame.contentDocument;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const { scrollX, scrollY } = frame.contentWindow;
    for (const name of ["lang", "dir"]) page.documentElement.setAttribute(name, fresh.documentElement.getAttribute(name) ?? "");
    page.body.replaceChildren(...fresh.body.childNodes);
    frame.contentWindow.scrollTo(scrollX, scrollY);
  }

  function open(isOpen) {
    pane.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.textContent = isOpen ? "Hide" : "Show";
    for (const button of widths) button.hidden = !isOpen;
    if (!isOpen) return;
    fit();
    if (!frame.getAttribute("src")) frame.src = section.dataset.preview;
    // While it was closed no page was asked for.
    else document.dispatchEvent(new CustomEvent("desk:refresh"));
  }

  frame.addEventListener("load", () => {
    isReady = Boolean(frame.contentDocument?.body);
    // A link would lead out of the preview, and no other page lets itself be framed.
    frame.contentDocument?.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (link && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
    });
    if (pendingPage && isReady) replacePage(pendingPage);
  });

  document.addEventListener("desk:live-preview", ({ detail }) => {
    status.textContent = "";
    if (!detail.page) return;
    pendingPage = detail.page;
    if (isReady) replacePage(pendingPage);
  });
  document.addEventListener("desk:live-preview-failed", ({ detail }) => {
    status.textContent = WORDS[detail.reason] ?? `No preview: ${detail.message}`;
  });
  section.addEventListener("click", (event) => {
    const button = event.target.closest("[data-width]");
    if (button) choose(button);
    else if (event.target.closest("[data-show-preview]")) open(pane.hidden);
  });
  new ResizeObserver(fit).observe(section);

  let savedWidth = "";
  try {
    savedWidth = localStorage.getItem(WIDTH) ?? "";
  } catch {
    savedWidth = "";
  }
  section.hidden = false;
  choose(widths.find((button) => button.dataset.width === savedWidth) ?? widths[0]);
  open(matchMedia("(min-width: 68rem)").matches);
}

if (section) begin();
