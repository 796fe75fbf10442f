"""After each of many random steps, a stored page that is current equals the page that would be rendered now."""

import secrets
from collections.abc import Callable, Iterator
from difflib import unified_diff
from random import Random

import pytest
from django.db import transaction
from django.test import Client

from newsroom.page_cache.release import release
from newsroom.public_pages import PublicPage
from newsroom.redirects.models import Address
from newsroom.site.models import AboutPage
from stories.models import Edition
from stories.public.pages.lists.archive import Month
from tests.clocks import SetClock
from tests.journeys.stored_pages import Page, fetch_stored, render_now
from tests.journeys.walk import edits, verbs
from tests.journeys.walk.newsroom import Walk
from tests.journeys.world import address_of, pages_of
from tests.transactions import of_the_test

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
STEPS = [
    step
    for module in (verbs, edits)
    for name, step in sorted(vars(module).items())
    if callable(step) and getattr(step, "__module__", "") == module.__name__ and not name.startswith("_")
]
# Steps to take directly after another one, because otherwise they are rarely possible.
FOLLOWED_BY: dict[Callable[[Walk], str | None], list[Callable[[Walk], str | None]]] = {
    verbs.publish_a_bundle: [verbs.undo_a_bundle],
    verbs.schedule: [verbs.use_newest_revision, verbs.move_a_schedule, edits.wait_for_scheduled_edition],
    verbs.schedule_new_question: [verbs.cancel_schedule],
    verbs.withdraw: [verbs.republish],
}
ALL_PAGES = 1_000  # more than there are
COMPLETE_SEED = 11  # with this seed every step is taken; renaming a step changes the order


def addresses() -> list[str]:
    """Return every address at which a page may be stored, now or in the past."""
    found = {"/de/", "/de/stories/"}
    for kind, slug in Address.objects.values_list("kind", "slug"):
        if not slug.startswith("#"):  # erased addresses begin with #
            found.update(_addresses_of(kind, slug))
    for edition in Edition.objects.all():
        found.update(_addresses_of(edition.work_kind, edition.slug))
        found.add(Month.containing(edition.first_published_at).get_absolute_url())
    found.update(page.get_absolute_url() for page in AboutPage.objects.all())
    found.update(page.get_absolute_url() for page in _list_stored_pages("") if not page.pattern.converters)
    return sorted(found)


def _addresses_of(kind: str, slug: str) -> Iterator[str]:
    return (address_of(page, slug=slug) for page in _list_stored_pages(kind))


def _list_stored_pages(kind: str) -> list[PublicPage]:
    return [page for page in pages_of(kind) if page.is_stored]


class Readers:
    """Readers who request pages to have them stored, and compare stored pages with newly rendered ones.

    After each step, the readers try ``count`` random addresses.
    """

    def __init__(self, walk: Walk, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.walk = walk
        self.count = count
        self.monkeypatch = monkeypatch
        self.die = Random(1)  # noqa: S311  # separate, so that requests do not affect the steps
        self.compared = 0
        for _ in range(2):  # if a page key has no version yet, the first response is not stored
            for address in addresses():
                Client().get(address)

    def compare_pages(self) -> None:
        known = addresses()
        for address in self.die.sample(known, min(self.count, len(known))):
            stored = fetch_stored(address, at=self.walk.clock())
            if stored is None:
                Client().get(address)
                continue
            self.compared += 1
            rendered = render_now(address, self.monkeypatch)
            if stored != rendered:
                pytest.fail("\n".join([f"{address} is stale.", *self.walk.path, *_difference(stored, rendered)]))


def _difference(stored: Page, rendered: Page) -> Iterator[str]:
    """Return the lines that only one of the two pages contains."""
    return unified_diff(_lines_of(stored), _lines_of(rendered), "stored", "rendered", lineterm="", n=0)


def _lines_of(page: Page) -> list[str]:
    return [f"{page.status} {sorted(page.headers.items())}", *page.content.decode().splitlines()]


@pytest.fixture
def walk_from(set_time: SetClock, settings, monkeypatch) -> Iterator[Callable[[int, int], set[str]]]:
    """Return a function that takes random steps and returns the names of those that were possible.

    Its arguments are the seed of the steps, and the number of pages to compare after each step.
    """

    def go(seed: int, count: int) -> set[str]:
        # The process caches pages by version, and a walk that was rolled back has used the same versions.
        set_time.go(hours=1)
        walk = Walk(seed, set_time)
        readers = Readers(walk, count, monkeypatch)
        taken: set[str] = set()
        for first in walk.die.sample(STEPS, len(STEPS)):
            for step in [first, *FOLLOWED_BY.get(first, [])]:
                if walk.take(step):
                    taken.add(step.__name__)
                    readers.compare_pages()
        assert readers.compared
        return taken

    yield go
    release.cache_clear()


def test_a_current_stored_page_equals_the_page_rendered_now(walk_from, full_length):
    seeds = [COMPLETE_SEED, *(secrets.randbelow(2**32) for _ in range(8 if full_length else 0))]
    for seed in seeds:
        with of_the_test():
            taken = walk_from(seed, ALL_PAGES if full_length else 6)
            transaction.set_rollback(True)
        assert taken == {step.__name__ for step in STEPS} or seed != COMPLETE_SEED
