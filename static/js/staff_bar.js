// Shows people of the desk what they may do with a page. The page is the same for everybody: whoever has no mark of the
// desk is asked for nothing, and what the others are shown is decided, and sent, for them alone.

const MARK = /(?:^|; )desk=1(?:;|$)/;
const shown = document.getElementsByClassName("desk-bar");

async function show() {
  const asked = new URLSearchParams({ page: location.pathname, language: document.documentElement.lang });
  const answer = await fetch(`/admin/bar/?${asked}`, { cache: "no-store", redirect: "manual" });
  if (answer.status !== 200) {
    return;
  }
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  const { firstElementChild: sheet, lastElementChild: bar } = made.content;
  sheet.addEventListener("load", () => {
    shown[0]?.remove();
    document.querySelector(".skip-link").after(bar);
  });
  document.head.append(sheet);
}

function look() {
  if (MARK.test(document.cookie)) {
    show().catch(() => {}); // Out of reach: the page stands as it came.
  }
}

// A page that a browser kept may be shown again after somebody has signed out.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) {
    shown[0]?.remove();
    look();
  }
});
look();
