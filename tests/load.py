"""Readers and editors who use a site until they are stopped, and who record each failure and each stale page.

Each publication puts a mark into the headline of its story. A page that a reader gets afterwards must not show an
older one.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from threading import Event, Lock, Thread

from benchmarks.mixed.ledger import find_stale, format_mark
from tests.stories.admin.form_data import filled_of
from tests.visitors import Account, Page, Visitor, list_pages, list_stories, save_and_publish

READERS, EDITORS = 4, 2
READING_PAUSE, EDITING_PAUSE = 0.05, 0.5  # seconds between two requests of a reader, and two publications of an editor
SEPARATOR = " · "  # between a headline and its mark


@dataclass
class Outcome:
    """What visitors got in a period: numbers of answers, failures, and the longest request with its duration."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    longest: Page = field(default_factory=lambda: Page(0, "", ""))

    def __str__(self) -> str:
        return (
            f"{self.counts['pages']:,} pages read, {self.counts['publications']:,} publications, "
            f"{len(self.failures)} failures, longest request {self.longest.seconds:.2f} s ({self.longest.path})"
        )


class Load:
    """``READERS`` readers of all public pages, and ``EDITORS`` editors who save and publish one story after the other."""

    def __init__(self, make_visitor: Callable[[], Visitor], account: Account) -> None:
        """Find the pages and stories. ``account`` is that of an editor."""
        self.outcome = Outcome()
        self._make_visitor = make_visitor
        self._account = account
        self._lock = Lock()
        self._ended = Event()
        # Whether the site is ready is asked by monitoring only, and may be answered with 503.
        self._paths = [path for path in list_pages(make_visitor()) if path != "/readyz"]
        self._forms: list[str] = []
        self._headlines: list[str] = []
        self._own: dict[str, int] = {}  # the number of the story to which a page belongs
        editor = self._make_editor()
        for form in list_stories(editor):
            values = filled_of(editor.get(form).body)
            if (page := f"/stories/{values['slug']}/") in self._paths:
                self._own[page] = len(self._forms)
                self._forms.append(form)
                self._headlines.append(values["headline"].partition(SEPARATOR)[0])
        self._committed = [0] * len(self._forms)

    @contextmanager
    def run(self) -> Iterator[None]:
        """Run all readers and editors during the block."""
        calls = [(self._read, READERS), (self._edit, EDITORS)]
        threads = [Thread(target=work, args=(place,), daemon=True) for work, size in calls for place in range(size)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def take(self) -> Outcome:
        """Return the outcome since the last call, and begin a new one."""
        with self._lock:
            outcome, self.outcome = self.outcome, Outcome()
        return outcome

    def _make_editor(self) -> Visitor:
        editor = self._make_visitor()
        editor.sign_in(self._account)
        return editor

    def _note(self, page: Page) -> None:
        with self._lock:
            self.outcome.longest = max(self.outcome.longest, page, key=lambda each: each.seconds)
            if page.status != 200:
                self.outcome.failures.append(f"{page.path} answers {page.status}. {page.body[:300]}")

    def _read(self, place: int) -> None:
        """Read all pages repeatedly. Each reader begins elsewhere."""
        reader = self._make_visitor()
        begin = place * len(self._paths) // READERS
        for path in cycle([*self._paths[begin:], *self._paths[:begin]]):
            committed = list(self._committed)
            page = reader.get(path)
            self._note(page)
            stale = find_stale(page.body.encode(), committed, own=self._own.get(path)) if page.status == 200 else None
            with self._lock:
                self.outcome.counts["pages"] += 1
                if stale:
                    self.outcome.failures.append(f"{path} shows {stale}.")
            if self._ended.wait(READING_PAUSE):
                return

    def _edit(self, place: int) -> None:
        """Save and publish stories repeatedly. Each editor has stories of their own.

        A story whose first publication is refused, for example because its review is not finished, is left out.
        """
        editor = self._make_editor()
        numbers = deque(range(place, len(self._forms), EDITORS))
        while numbers:
            number = numbers.popleft()
            edition = self._committed[number] + 1
            headline = f"{self._headlines[number]}{SEPARATOR}{format_mark(edition, number)}"
            words = f"Compared by telephone, time {edition}."
            pages = []
            for page in save_and_publish(editor, self._forms[number], words=words, headline=headline):
                pages.append(page)
                self._note(page)
            if len(pages) == 3 and pages[-1].path.endswith("/change/"):
                self._committed[number] = edition
                with self._lock:
                    self.outcome.counts["publications"] += 1
            elif pages[-1].status == 200 and edition == 1 and numbers:
                continue
            elif pages[-1].status == 200:
                with self._lock:
                    self.outcome.failures.append(f"{pages[-1].path} did not publish {self._forms[number]}.")
            numbers.append(number)
            if self._ended.wait(EDITING_PAUSE):
                return
