// Remembers in the browser which edition of the story it last showed, and says whether the story has changed since. The
// changes are shown by visit_changes.js, which only returning readers load.

const UNMARKED = "changes-unmarked";
const story = document.querySelector("[data-edition]");
const line = document.querySelector(".since-visit");

function getStores() {
  try {
    return [localStorage, sessionStorage];
  } catch {
    return [];
  }
}

function readItem(store, key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null;
  }
}

function writeItem(store, key, value) {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // The store is full: the next visit counts as the first.
  }
}

// Returns “at 14:03” for a time of today, “on Tuesday” for a day of the last week, and otherwise “on” with the date as the
// page formats it.
function formatVisit(value) {
  const then = new Date(value);
  const now = new Date();
  const isToday = then.toDateString() === now.toDateString();
  let format = { day: "numeric", month: "long" };
  if (isToday) {
    format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  } else if (now - then < 144 * 36e5) {
    format = { weekday: "long" };
  } else if (then.getFullYear() !== now.getFullYear()) {
    format.year = "numeric";
  }
  const { lang } = document.documentElement;
  const locale = lang === "en" ? "en-GB" : lang;
  const words = then.toLocaleString(locale, { calendar: "gregory", numberingSystem: "latn", ...format });
  const { dayLabel, timeLabel } = line.dataset;
  return isToday ? timeLabel.replace("{time}", words) : dayLabel.replace("{day}", words);
}

function showNothingNew(visit) {
  line.querySelector("a").textContent = line.dataset.noneLabel.replace("{day}", formatVisit(visit.on));
}

// Requests the changes by the number of the edition, which is the same for all its readers.
async function showChanges(visit, local) {
  const response = await fetch(`${line.dataset.changesAddress}?from=${visit.edition}`, { credentials: "omit" });
  const since = response.ok ? await response.json() : { changes: [] };
  if (!since.changes.length) {
    showNothingNew(visit);
    return;
  }
  const { listChanges } = await import("./visit_changes.js");
  const isMarked = () => !readItem(local, UNMARKED);
  listChanges(since, formatVisit(visit.on), isMarked, () => writeItem(local, UNMARKED, isMarked()));
}

const [local, session] = getStores();
if (story && local) {
  const edition = Number(story.dataset.edition);
  const key = `read-${story.dataset.work}`;
  // A page that is reloaded still shows what was new when it was opened.
  const visit = readItem(session, key) ?? readItem(local, key);
  writeItem(local, key, { edition, on: new Date(), path: location.pathname, updated: Number(story.dataset.updated) });
  if (line && visit?.edition === edition) {
    showNothingNew(visit);
  } else if (line && visit?.edition < edition) {
    writeItem(session, key, visit);
    showChanges(visit, local).catch(() => {}); // There is no connection: the page stays as it is.
  }
}
