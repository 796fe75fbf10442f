"""The addresses of the desk that a user can open, except exports, collected from the admin site.

They come from its registry and its URL patterns, so that new models and new patterns are included automatically.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db import models
from django.urls import URLPattern, URLResolver, reverse

from newsroom.desk.changelists.filters import CountedFilter, FormFilter
from tests.large_desk import BASE

# A frequent word, a rare one, a word in no name, two letters in many names, and a character that no index contains.
WORDS = ("harbour", "railway 77", "zzqqx", "ha", "%")
MOST_CHOICES = 12
# Query strings for the screens that take one, by URL name; other screens are opened without one.
QUERIES = {
    "link_suggestions": ["?q=", *(f"?q={word}" for word in WORDS)],
    "find_article": ["?url=https://outlet7.example/6", "?url=https://unknown.example/x"],
    "search": [f"?q={word}" for word in WORDS],
    "similar_works": [f"?kind={kind}&q={word}" for kind in ("story", "question") for word in ("harbour+bridge+railway", "zzqqx")],
    "name_suggestions": [
        f"?list={each}&q={word}" for each in ("topic-names", "outlet-names", "picture-names") for word in ("", *WORDS)
    ],
    "calendar": ["", "?month=2025-01", "?month=2099-01"],
}  # fmt: skip
# What is typed into the forms of filters: for each field, something frequent, something rare and something unknown.
TYPED = {
    "published": ("7",),
    "published_from": ("2025-01-02", "2025-06-01&published_to=2025-06-30", "2025-06-30&published_to=2025-06-01"),
    "published_to": ("2025-01-02", "2099-12-31"),
    "topic": ("alias 1", "alias 11", "zzqqx"),
    "outlet": ("alias 1", "alias 11", "zzqqx"),
}
# Values for the parts of addresses that are not primary keys.
PARTS = {"number": ["1"], "uid": [str(UUID(int=1))], "what": ["topic", "outlet"], "new": [str(BASE + 2)]}
# Exports, which stream all rows by design, and signing out.
NOT_OPENED = re.compile(r"_export$|^logout$")
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


def list_models_of_desk() -> list[type[models.Model]]:
    """Return every model that has a list at the desk."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def iter_list_addresses(client: Any, model: type[models.Model]) -> Iterator[str]:
    """Yield addresses of a model's list: some of its pages, each ordering, searches, and choices of each filter."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    yield address
    changelist = client.get(address).context["cl"]
    if changelist.paginator.num_pages > 1:
        yield from (f"{address}?p={page}" for page in (2, changelist.paginator.num_pages))
    columns = [number for number, name in enumerate(changelist.list_display) if changelist.get_ordering_field(name)]
    yield from (f"{address}?o={sign}{number}" for number in columns for sign in ("", "-"))
    if changelist.search_fields:
        yield from (f"{address}?q={word}" for word in WORDS)
    for spec in changelist.filter_specs:
        queries = [choice["query_string"] for choice in spec.choices(changelist) if choice.get("query_string")]
        for query in dict.fromkeys([*queries[:MOST_CHOICES], *queries[-1:]]):
            yield f"{address}{query}"
    yield from (f"{address}?{query}" for query in _combine_typed(changelist.filter_specs))


def _combine_typed(filters: Iterable[Any]) -> Iterator[str]:
    """Yield query strings for filters with a form: each alone, each with the others, with choices, and with a search.

    Raise KeyError for a field that ``TYPED`` lacks.
    """
    names = [name for each in filters if isinstance(each, FormFilter) for name in each.parameters]
    alone = [f"{name}={value}" for name in names for value in TYPED[name]]
    frequent = [f"{name}={TYPED[name][0]}" for name in names]
    pairs = [f"{one}&{other}" for one, other in combinations(frequent, 2)]
    choices = [
        f"{each.parameter_name}={value}"
        for each in filters
        if isinstance(each, CountedFilter)
        for value in _list_values(each)
    ]
    yield from alone
    yield from pairs
    for query in frequent:
        yield from (f"{query}&{further}" for further in (*choices, "q=harbour", "q=zzqqx", "o=1", "p=2"))


def _list_values(counted: CountedFilter) -> list[str]:
    """Return the first and the last value that a filter offers."""
    values = [str(value) for value, _ in counted.lookup_choices]
    return list(dict.fromkeys([*values[:1], *values[-1:]]))


def iter_object_addresses(model: type[models.Model]) -> Iterator[str]:
    """Yield the addresses of two objects of a model: the first, which has the most references to it, and the last."""
    keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    filled_keys = [key for key in keys if not isinstance(key, int) or key > BASE]
    for pattern in admin.site._registry[model].get_urls():
        if not NOT_OPENED.search(pattern.name or ""):
            for key in (filled_keys[0], filled_keys[-1]):
                yield from _expand(f"/admin/{model._meta.app_label}/{model._meta.model_name}/", pattern, key)


def iter_site_addresses() -> Iterator[str]:
    """Yield the addresses that do not belong to a model."""
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and not NOT_OPENED.search(pattern.name):
            addresses = [] if pattern.name == "app_list" else _expand("/admin/", pattern, BASE + 1)
            yield from (f"{address}{query}" for address in addresses for query in QUERIES.get(pattern.name, [""]))


def _expand(prefix: str, pattern: URLPattern | URLResolver, key: object) -> Iterable[str]:
    """Return the addresses of a pattern for one key; raise KeyError for a variable part that ``PARTS`` lacks."""
    addresses = [prefix + str(pattern.pattern)]
    for part in _PART.findall(addresses[0]):
        values = [str(key)] if part in {"object_id", "key", "id"} else PARTS[part]
        addresses = [_PART.sub(value, address, count=1) for address in addresses for value in values]
    return addresses
