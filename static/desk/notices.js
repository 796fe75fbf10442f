// On a phone, offers of unsaved text and schedules share one line, which says how many there are.

const notices = document.querySelector("[data-notices]");

function count() {
  const shown = notices.querySelectorAll(".schedules > li, .unsaved-text:not([hidden])").length;
  notices.hidden = !shown;
  notices.querySelector("[data-notices-count]").textContent = `${shown} message${shown === 1 ? "" : "s"}`;
}

if (notices) {
  count();
  new MutationObserver(count).observe(notices.querySelector("[data-local-copy]"), { attributes: true, attributeFilter: ["hidden"] });
}
