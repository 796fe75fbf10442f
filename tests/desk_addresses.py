"""Every address of the desk that somebody can open, drawn from the registry and the addresses of the admin site.

What is registered later, or gets an address, is drawn too.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import URLPattern, URLResolver, reverse

from tests.large_desk import BASE

# A word of one name in seven, one of few names, one of none, two letters of many, and a sign of which no index knows.
SOUGHT = ("harbour", "railway 77", "zzqqx", "ha", "%")
MOST_CHOICES = 12
# What is typed where a screen asks; other screens are opened as they are.
ASKED = {
    "link_suggestions": ["?q=", *(f"?q={word}" for word in SOUGHT)],
    "find_article": ["?url=https://outlet7.example/6", "?url=https://unknown.example/x"],
    "search": [f"?q={word}" for word in SOUGHT],
    "similar_works": [f"?kind={kind}&q={word}" for kind in ("story", "question") for word in ("harbour+bridge+railway", "zzqqx")],
    "name_suggestions": [
        f"?list={each}&q={word}" for each in ("topic-names", "outlet-names", "picture-names") for word in ("", *SOUGHT)
    ],
    "calendar": ["", "?month=2025-01", "?month=2099-01"],
}  # fmt: skip
# Parts of addresses that are no key.
PARTS = {"number": ["1"], "what": ["topic", "outlet"], "new": [str(BASE + 2)]}
# What is meant to hold all rows, streamed; and the way out.
NOT_OPENED = re.compile(r"_export$|^logout$")
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


def listed() -> list[type[models.Model]]:
    """Return every model that has a list at the desk."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def of_list(client: Any, model: type[models.Model]) -> Iterator[str]:
    """Yield the addresses of a model's list: its pages, orders and searches, and what each filter leaves."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    yield address
    shown = client.get(address).context["cl"]
    if shown.paginator.num_pages > 1:
        yield from (f"{address}?p={page}" for page in (2, shown.paginator.num_pages))
    orders = [place for place, name in enumerate(shown.list_display) if shown.get_ordering_field(name)]
    yield from (f"{address}?o={sign}{place}" for place in orders for sign in ("", "-"))
    if shown.search_fields:
        yield from (f"{address}?q={word}" for word in SOUGHT)
    for spec in shown.filter_specs:
        queries = [choice["query_string"] for choice in spec.choices(shown) if choice.get("query_string")]
        for query in dict.fromkeys([*queries[:MOST_CHOICES], *queries[-1:]]):
            yield f"{address}{query}"


def of_things(model: type[models.Model]) -> Iterator[str]:
    """Yield the addresses about one thing of a model: about the one that most others name, and about the newest."""
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    made = [key for key in keys if not isinstance(key, int) or key > BASE]
    for pattern in admin.site._registry[model].get_urls():
        if not NOT_OPENED.search(pattern.name or ""):
            for key in (made[0], made[-1]):
                yield from _filled(f"/admin/{model._meta.app_label}/{model._meta.model_name}/", pattern, key)


def of_the_site() -> Iterator[str]:
    """Yield the addresses that belong to no list."""
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and not NOT_OPENED.search(pattern.name):
            found = [] if pattern.name == "app_list" else _filled("/admin/", pattern, BASE + 1)
            yield from (f"{address}{query}" for address in found for query in ASKED.get(pattern.name, [""]))


def _filled(prefix: str, pattern: URLPattern | URLResolver, key: object) -> Iterable[str]:
    """Return the pattern with a key in it; KeyError for a part of an address that PARTS does not know."""
    found = [prefix + str(pattern.pattern)]
    for part in _PART.findall(found[0]):
        values = [str(key)] if part in {"object_id", "key", "id"} else PARTS[part]
        found = [_PART.sub(value, address, count=1) for address in found for value in values]
    return found
