"""The *Search* of the desk: the first hits from each changelist, with links to all of them."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from newsroom.desk.views import DeskView
from newsroom.media.models import Image
from stories.models import FAQ, Article, Outlet, Story
from topics.models import Topic

KINDS = (Story, FAQ, Topic, Outlet, Image, Article)
MOST_HITS = 6
LONGEST = 200
LOOKUP_LIMIT = 1_000


class ChangelistHits(NamedTuple):
    """The hits in one changelist: its name, the first hits with their addresses, and the address of all of them."""

    name: str
    hits: list[tuple[str, str]]
    has_more: bool
    everything: str


class SearchView(DeskView):
    """Search each changelist that the user may see, and show the hits in each."""

    template_name = "admin/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = " ".join(request.GET.get("q", "")[:LONGEST].replace("\0", " ").split())
        screens: list[Any] = [admin.site.get_model_admin(kind) for kind in KINDS]
        seen = [screen for screen in screens if screen.has_view_permission(request)]
        found = [_found(request, screen, asked) for screen in seen] if asked else []
        return self.render(
            {
                "title": f"Search: {asked}" if asked else "Search",
                "query": asked,
                "found": [each for each in found if each.hits],
                "searched_lists": [str(screen.opts.verbose_name_plural) for screen in seen],
            }
        )


def _found(request: HttpRequest, screen: Any, asked: str) -> ChangelistHits:
    meta = screen.opts
    hits, _ = screen.get_search_results(request, screen.get_queryset(request), asked)
    # With a large limit a query planner looks up the words. With a small one it would try every row for a word that
    # no row has.
    keys = list(hits.values_list("pk", flat=True)[:LOOKUP_LIMIT])[: MOST_HITS + 1]
    known = screen.get_queryset(request).in_bulk(keys)
    first = [known[key] for key in keys]
    change = f"admin:{meta.app_label}_{meta.model_name}_change"
    return ChangelistHits(
        str(meta.verbose_name_plural).capitalize(),
        [(str(each), reverse(change, args=[each.pk])) for each in first[:MOST_HITS]],
        len(first) > MOST_HITS,
        f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{urlencode({'q': asked})}",
    )
