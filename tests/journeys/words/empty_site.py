"""A site without content: every list that readers or editors can open, and searches that find nothing."""

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from newsroom.public_pages import list_pages
from tests.conftest import signed_in
from tests.factories import make_user
from tests.journeys.desk import list_rights

NOTHING = "xylophone"
# Screens of the desk that list rows, besides the changelists.
DESK_LISTS = {
    "bulk_runs", "calendar", "front_page", "index", "notifications", "proposed_names", "search",
}  # fmt: skip


def open_pages() -> Iterator[tuple[str, Any]]:
    """Yield the response of each list, and of each search for a word that occurs nowhere."""
    reader, editor = Client(), signed_in(make_user(role="Administrator"))
    for page in list_pages():
        if not page.pattern.converters:
            yield page.name, reader.get(page.get_absolute_url())
    yield "search for a word", reader.get("/search/", {"q": NOTHING})
    for route in sorted(list_rights()):
        if route.endswith("_changelist") or route in DESK_LISTS:
            address = reverse(f"admin:{route}")
            yield f"desk: {route}", editor.get(address)
            if route.endswith("_changelist") or route == "search":
                yield f"desk: {route} for a word", editor.get(address, {"q": NOTHING})
    yield "desk: calendar as a list", editor.get(reverse("admin:calendar"), {"list": ""})
