// Shows people at the desk what they may do with a page. The page is the same for everybody. Only a browser with the
// cookie of the desk requests the bar, which the server makes for one user.

const DESK_COOKIE = /(?:^|; )(?:__Host-)?desk=1(?:;|$)/;
const bars = document.getElementsByClassName("desk-bar");

async function insertBar() {
  const parameters = new URLSearchParams({ page: location.pathname, language: document.documentElement.lang });
  const response = await fetch(`/admin/bar/?${parameters}`, { cache: "no-store", redirect: "manual" });
  if (response.status !== 200) {
    return;
  }
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  const { firstElementChild: sheet, lastElementChild: bar } = template.content;
  sheet.addEventListener("load", () => {
    bars[0]?.remove();
    document.querySelector(".skip-link").after(bar);
  });
  document.head.append(sheet);
}

function insertBarForDesk() {
  if (DESK_COOKIE.test(document.cookie)) {
    insertBar().catch(() => {}); // There is no connection: the page stays as it is.
  }
}

// The browser may show a page from its back/forward cache after somebody has signed out.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) {
    bars[0]?.remove();
    insertBarForDesk();
  }
});
insertBarForDesk();
