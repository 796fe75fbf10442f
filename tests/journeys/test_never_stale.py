"""Whatever is done at random, what is stored and holds is what would be built afresh."""

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
from tests.journeys.stored_pages import Page, built_afresh, stored_at
from tests.journeys.walk import edits, verbs
from tests.journeys.walk.newsroom import Walk
from tests.journeys.world import address_of, pages_of
from tests.transactions import of_the_test

pytestmark = pytest.mark.django_db
STEPS = [
    step
    for room in (verbs, edits)
    for name, step in sorted(vars(room).items())
    if callable(step) and getattr(step, "__module__", "") == room.__name__ and not name.startswith("_")
]
# What is done at once after another step, as otherwise it could hardly ever be done.
FOLLOWED_BY: dict[Callable[[Walk], str | None], list[Callable[[Walk], str | None]]] = {
    verbs.publish_a_bundle: [verbs.undo_a_bundle],
    verbs.schedule: [verbs.use_newest, verbs.move, edits.wait_for_what_waits],
    verbs.schedule_something_new: [verbs.cancel],
    verbs.withdraw: [verbs.republish],
}
EVERY = 1_000
EVERY_STEP = 11  # from this seed each step can be taken


def addresses() -> list[str]:
    """Return every address under which a page is stored, now or before."""
    found = {"/de/", "/de/stories/"}
    for kind, slug in Address.objects.values_list("kind", "slug"):
        if not slug.startswith("#"):  # what is left of one that was erased
            found.update(_of(kind, slug))
    for edition in Edition.objects.all():
        found.update(_of(edition.work_kind, edition.slug))
        found.add(Month.containing(edition.first_published_at).get_absolute_url())
    found.update(page.get_absolute_url() for page in AboutPage.objects.all())
    found.update(page.get_absolute_url() for page in _stored("") if not page.pattern.converters)
    return sorted(found)


def _of(kind: str, slug: str) -> Iterator[str]:
    return (address_of(page, slug=slug) for page in _stored(kind))


def _stored(kind: str) -> list[PublicPage]:
    return [page for page in pages_of(kind) if page.is_stored]


class Readers:
    """Ask for pages after each step, so that they are stored, and hold what is stored against what is built.

    Of the addresses they ask for so ``many`` at a time.
    """

    def __init__(self, walk: Walk, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.walk = walk
        self.many = many
        self.monkeypatch = monkeypatch
        self.die = Random(1)  # noqa: S311  # of their own: what they ask for changes no step
        self.held = 0
        for _ in range(2):  # where a key had no version the first page is not kept
            for address in addresses():
                Client().get(address)

    def look(self) -> None:
        asked = addresses()
        for address in self.die.sample(asked, min(self.many, len(asked))):
            kept = stored_at(address, at=self.walk.clock())
            if kept is None:
                Client().get(address)
                continue
            self.held += 1
            afresh = built_afresh(address, self.monkeypatch)
            if kept != afresh:
                pytest.fail("\n".join([f"{address} is stale.", *self.walk.path, *_difference(kept, afresh)]))


def _difference(kept: Page, afresh: Page) -> Iterator[str]:
    """Yield the lines that only one of the two has."""
    return unified_diff(_lines_of(kept), _lines_of(afresh), "stored", "afresh", lineterm="", n=0)


def _lines_of(page: Page) -> list[str]:
    return [f"{page.status} {sorted(page.headers.items())}", *page.content.decode().splitlines()]


@pytest.fixture
def walk_from(set_time: SetClock, settings, monkeypatch) -> Iterator[Callable[[int, int], set[str]]]:
    """Return what walks from a seed, with so many pages asked for after each step, and tells which steps it took."""

    def go(seed: int, many: int) -> set[str]:
        set_time.go(
            hours=1
        )  # a process remembers pages by versions, and those of a walk that was undone would come again
        walk = Walk(seed, set_time)
        readers = Readers(walk, many, monkeypatch)
        taken: set[str] = set()
        for first in walk.die.sample(STEPS, len(STEPS)):
            for step in [first, *FOLLOWED_BY.get(first, [])]:
                if walk.take(step):
                    taken.add(step.__name__)
                    readers.look()
        assert readers.held
        return taken

    yield go
    release.cache_clear()


def test_a_stored_page_that_holds_is_the_page_that_would_be_built(walk_from, full_length):
    seeds = [EVERY_STEP, *(secrets.randbelow(2**32) for _ in range(8 if full_length else 0))]
    for seed in seeds:
        with of_the_test():
            taken = walk_from(seed, EVERY if full_length else 6)
            transaction.set_rollback(True)
        assert taken == {step.__name__ for step in STEPS} or seed != EVERY_STEP
