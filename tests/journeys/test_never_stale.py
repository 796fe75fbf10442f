"""Whatever is done at random, what is stored and holds is what would be built afresh."""

import secrets
from collections.abc import Callable, Iterator
from difflib import unified_diff
from random import Random

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.release import release
from newsroom.redirects.models import Address
from newsroom.site.models import AboutPage
from stories.models import Edition
from stories.public.pages.lists.archive import Month
from tests.clocks import SetClock
from tests.journeys.kept import Page, built_afresh, stored_at
from tests.journeys.walk import edits, verbs
from tests.journeys.walk.newsroom import Walk
from tests.transactions import of_the_test

pytestmark = pytest.mark.django_db
FIXED = (
    "/", "/stories/", "/questions/", "/topics/", "/sources/", "/corrections/", "/corrections/feed.atom",
    "/feeds/stories.atom", "/feeds/stories.rss", "/feeds/stories.json", "/robots.txt", "/llms.txt", "/sitemap.xml",
    "/sitemap-pages.xml", "/news-sitemap.xml", "/.well-known/security.txt", "/de/", "/de/stories/",
)  # fmt: skip
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
    """Return every address under which something may be stored, now or before."""
    found = set(FIXED)
    for kind, slug in Address.objects.values_list("kind", "slug"):
        if not slug.startswith("#"):  # what is left of one that was erased
            found.update(_of(kind, slug))
    for edition in Edition.objects.all():
        found.update(_of(edition.work_kind, edition.slug))
        found.add(Month.of(edition.first_published_at).get_absolute_url())
    found.update(page.get_absolute_url() for page in AboutPage.objects.all())
    return sorted(found)


def _of(kind: str, slug: str) -> Iterator[str]:
    if kind in ("topic", "source"):
        return iter((reverse(kind, args=[slug]), reverse(f"{kind}_feed", args=[slug])))
    names = [kind, f"{kind}_history", f"{kind}_txt", f"{kind}_md", f"{kind}_json"]
    names += ["story_embed", "story_changes_feed", "story_changes_json"] if kind == "story" else []
    return iter([*(reverse(name, args=[slug]) for name in names), reverse(f"{kind}_edition", args=[slug, 1])])


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
        self.kinds: set[str] = set()
        for _ in range(2):  # where a key had no version the first page is not kept
            for address in addresses():
                if _kind_of(address) not in self.kinds:
                    Client().get(address)
                    if StoredPage.objects.filter(address=address).exists():
                        self.kinds.add(_kind_of(address))

    def look(self) -> None:
        asked = [address for address in addresses() if _kind_of(address) in self.kinds]
        for address in self.die.sample(asked, min(self.many, len(asked))):
            kept = stored_at(address, at=self.walk.clock())
            if kept is None:
                Client().get(address)
                continue
            self.held += 1
            afresh = built_afresh(address, self.monkeypatch)
            if kept != afresh:
                pytest.fail("\n".join([f"{address} is stale.", *self.walk.path, *_difference(kept, afresh)]))


def _kind_of(address: str) -> str:
    try:
        return str(resolve(address).url_name)
    except Resolver404:
        return ""


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
