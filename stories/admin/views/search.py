"""*Search* in the masthead: one question to every list of the desk, a few hits of each, and the way to all of them."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from newsroom.media.models import Image
from stories.models import FAQ, Article, Outlet, Story
from topics.models import Topic

KINDS = (Story, FAQ, Topic, Outlet, Image, Article)
MOST = 6
LONGEST = 200
LOOKED_UP = 1_000


class Found(NamedTuple):
    """What one list has: its name, the first hits with their addresses, and where all of them are."""

    name: str
    hits: list[tuple[str, str]]
    has_more: bool
    everything: str


def search(request: HttpRequest) -> HttpResponse:
    """Ask each list that this person may see, and show what each of them finds."""
    asked = " ".join(request.GET.get("q", "")[:LONGEST].replace("\0", " ").split())
    screens: list[Any] = [admin.site.get_model_admin(kind) for kind in KINDS]
    seen = [screen for screen in screens if screen.has_view_permission(request)]
    found = [_found(request, screen, asked) for screen in seen] if asked else []
    context = {
        **admin.site.each_context(request),
        "title": f"Search: {asked}" if asked else "Search",
        "asked": asked,
        "found": [each for each in found if each.hits],
        "places_asked": [str(screen.opts.verbose_name_plural) for screen in seen],
    }
    return TemplateResponse(request, "admin/search.html", context)


def _found(request: HttpRequest, screen: Any, asked: str) -> Found:
    meta = screen.opts
    hits, _ = screen.get_search_results(request, screen.get_queryset(request), asked)
    # Asked for many, a planner looks the words up; asked for few, it would try all rows for a word that none has.
    keys = list(hits.values_list("pk", flat=True)[:LOOKED_UP])[: MOST + 1]
    known = screen.get_queryset(request).in_bulk(keys)
    first = [known[key] for key in keys]
    change = f"admin:{meta.app_label}_{meta.model_name}_change"
    return Found(
        str(meta.verbose_name_plural).capitalize(),
        [(str(each), reverse(change, args=[each.pk])) for each in first[:MOST]],
        len(first) > MOST,
        f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{urlencode({'q': asked})}",
    )
