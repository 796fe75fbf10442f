"""The pages for readers: one address of each, a withdrawn page, every state of a search, and reports of errors."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest.mock import patch

from django.test import Client

from newsroom.search import search as search_module
from newsroom.site.reader_reports import submit
from stories import publishing
from stories.public.pages.search import SearchPage
from tests.factories import make_published_story, make_user
from tests.journeys.world import World, make_world

# One query string for each state of the search page.
SEARCHES = {
    "no words": {},
    "nothing found": {"q": "xylophone"},
    "other spelling": {"q": "harbuor"},
    "only questions": {"q": "pier", "kind": "question"},
    "only in a time": {"q": "pier", "since": "2031-01-01", "until": "2031-12-31"},
    "nothing of this kind": {"q": "lorries", "kind": "source"},
    "after the last page": {"q": "pier", "page": "9"},
    "unknown kind": {"q": "pier", "kind": "harbour"},
    "unknown day": {"q": "pier", "since": "yesterday", "until": "tomorrow"},
    "unknown page": {"q": "pier", "page": "11"},
    "too long": {"q": "pier " * 2_000},
}


def open_pages() -> Iterator[tuple[str, Any]]:
    """Yield the response of each page."""
    world, reader = make_world(), Client()
    for name, address in sorted(world.public.items()):
        yield name, reader.get(address)
    yield "withdrawn story", reader.get(f"/stories/{world.withdrawn.slug}/")
    yield "history of a withdrawn story", reader.get(f"/stories/{world.withdrawn.slug}/history/")
    superseded, editor = make_published_story(slug="superseded"), make_user()
    publishing.withdraw(superseded, by=editor, notice="Another story says it better.", instead=world.story.uid)
    yield "story withdrawn in favour of another", reader.get("/stories/superseded/")
    for state, query in SEARCHES.items():
        yield f"search, {state}", reader.get("/search/", query)
    with (
        patch.object(SearchPage, "load", partial(SearchPage.load, size=1)),
        patch.object(search_module, "MAX_NEWEST", 2),
    ):
        for page in (1, 2):
            yield f"search, page {page} of more", reader.get("/search/", {"q": "lorry", "page": page})
    with patch.object(search_module, "MAX_NAMES", 0):  # so that more may match than was examined
        yield "search, nothing in the newest pages", reader.get("/search/", {"q": "xylophone"})
        yield "search, after the last page that is shown", reader.get("/search/", {"q": "pier", "page": "9"})
    yield from _report_errors(world, reader)


def _report_errors(world: World, reader: Client) -> Iterator[tuple[str, Any]]:
    report = {"page": f"/stories/{world.story.slug}/", "sentence": "It has nine gates.", "problem": "It has ten."}
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    yield "report from another site", reader.post("/reports/", report)
    yield "empty report", reader.post("/reports/", {"email": "nobody"}, headers=same_origin)
    too_long = dict.fromkeys(("sentence", "problem", "source"), "9" * 9_000)  # recorded as one sign
    yield "long report", reader.post("/reports/", report | too_long, headers=same_origin)
    yield "enormous report", reader.post("/reports/", {"problem": "9" * 200_000}, headers=same_origin)
    with patch.object(submit, "MAX_PER_CONNECTION", 0):
        yield "one report too many", reader.post("/reports/", report, headers=same_origin)
    yield "report", reader.post("/reports/", report, headers=same_origin, follow=True)
