"""One address of each kind of public page, left-to-right or right-to-left, for tests that open every page."""

from django.test import Client
from django.urls import resolve

from newsroom.http.languages import LIST_ROUTE_PREFIX
from tests.journeys.world import make_world

# Search pages without results, an error page, and a page that is not for readers.
OTHER_PAGES = {
    "search_without_words": "/search/",
    "search_of_nothing": "/search/?q=xylophone",
    "missing": "/nowhere/",
    "sign_in": "/accounts/login/",
}


def every_page(*, right_to_left: bool = False) -> dict[str, str]:
    """Make a newsroom with one of everything, and return the address of each kind of HTML page, keyed by name.

    With ``right_to_left``, all works and lists are in Arabic; the test must use the fixture ``four_languages``.
    """
    world = (
        make_world(
            language="ar",
            headline="لماذا أُغلق الرصيف الشمالي في ميناء تلمار أمام الشاحنات",
            happened="أغلقت سلطة الميناء الرصيف الشمالي فجر الاثنين بعد العثور على شقوق في دعامته الثالثة.",
        )
        if right_to_left
        else make_world()
    )
    pages = {**world.public, **OTHER_PAGES, "withdrawn": f"/stories/{world.withdrawn.slug}/"}
    if right_to_left:
        pages = {name: _in_arabic(address) for name, address in pages.items()}
    reader = Client()
    return {name: address for name, address in pages.items() if _is_page(reader, address)}


def _in_arabic(address: str) -> str:
    path, mark, query = address.partition("?")
    has_language = path == OTHER_PAGES["missing"] or resolve(path).route.startswith(LIST_ROUTE_PREFIX)
    return f"/ar{path}{mark}{query}" if has_language else address


def _is_page(reader: Client, address: str) -> bool:
    return reader.get(address).headers.get("Content-Type", "").startswith("text/html")
