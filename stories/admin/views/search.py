"""The *Search* screen of the desk: the first hits in several changelists, and a link to all hits in each."""

from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from newsroom.desk.views import DeskView
from newsroom.media.models import Image
from newsroom.text.join import join_words
from stories.models import FAQ, Article, Outlet, Story
from topics.models import Topic

MODELS = (Story, FAQ, Topic, Outlet, Image, Article)
MAX_HITS = 6
MAX_QUERY_LENGTH = 200
LOOKUP_LIMIT = 1_000


class ChangelistHits(NamedTuple):
    """The first hits in one changelist, each with its title and address, and the address of the list of all hits."""

    name: str
    hits: list[tuple[str, str]]
    has_more: bool
    all_hits_url: str


class SearchView(DeskView):
    """Search the ``MODELS`` that the user may see, and show the first hits in each."""

    template_name = "admin/search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        query = " ".join(request.GET.get("q", "")[:MAX_QUERY_LENGTH].replace("\0", " ").split())
        model_admins: list[Any] = [admin.site.get_model_admin(model) for model in MODELS]
        viewable = [model_admin for model_admin in model_admins if model_admin.has_view_permission(request)]
        results = [_search_changelist(request, model_admin, query) for model_admin in viewable] if query else []
        return self.render(
            {
                "title": f"Search: {query}" if query else "Search",
                "query": query,
                "found": [each for each in results if each.hits],
                "searched_lists": join_words([str(model_admin.opts.verbose_name_plural) for model_admin in viewable]),
            }
        )


def _search_changelist(request: HttpRequest, model_admin: Any, query: str) -> ChangelistHits:
    opts = model_admin.opts
    hits, _ = model_admin.get_search_results(request, model_admin.get_queryset(request), query)
    # With a large limit, the query planner looks the words up in the index. With a small one it would scan the table,
    # which is slow for a word that no row contains.
    keys = list(hits.values_list("pk", flat=True)[:LOOKUP_LIMIT])[: MAX_HITS + 1]
    rows = model_admin.get_queryset(request).in_bulk(keys)
    first = [rows[key] for key in keys]
    change = f"admin:{opts.app_label}_{opts.model_name}_change"
    return ChangelistHits(
        str(opts.verbose_name_plural).capitalize(),
        [(str(each), reverse(change, args=[each.pk])) for each in first[:MAX_HITS]],
        len(first) > MAX_HITS,
        f"{reverse(f'admin:{opts.app_label}_{opts.model_name}_changelist')}?{urlencode({'q': query})}",
    )
