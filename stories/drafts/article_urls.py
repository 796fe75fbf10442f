"""Normalise URLs of articles, and find the article and the outlet of a URL.

Nothing is fetched. A server that opened pasted URLs could be sent into its own network (server-side request forgery).
Users therefore type the title and the date.
"""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from django.db.models import Q

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.http.hosts import normalise_host
from newsroom.http.tracking_parameters import strip_tracking
from stories.documents import CitedArticle
from stories.drafts.references import find_outlets
from stories.models import Article, Outlet, OutletHost

MOST_CITED = 200
_PORTS = {"http": ":80", "https": ":443"}


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        is_web = bool(parts.scheme in _PORTS and parts.hostname)
    except ValueError:
        return None
    return parts if is_web else None


def normalise_url(url: str) -> str:
    """Return a URL as it is stored: host in lower case, without default port, fragment and tracking parameters.

    Text that is not a web address is returned without surrounding spaces.
    """
    parts = _parts(url)
    if parts is None:
        return url.strip()
    login, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_PORTS[parts.scheme])
    query = strip_tracking(parts.query)
    return parts._replace(netloc=login + at + host, path=parts.path or "/", query=query, fragment="").geturl()


def list_spellings(url: str) -> list[str]:
    """Return the spellings under which the page may be stored already, the given one first."""
    parts = _parts(url)
    if parts is None:
        return [url.strip()]
    kept = urlsplit(normalise_url(url))
    bare = kept.netloc.removeprefix("www.")
    path = kept.path.rstrip("/")
    # The given spelling comes first, so that of two stored articles the one with exactly this URL is found.
    others = [
        kept._replace(scheme=scheme, netloc=www + bare, path=path + slash).geturl()
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]
    return list(dict.fromkeys([url.strip(), kept.geturl(), *others]))


def get_canonical_spelling(url: str) -> str:
    """Return the spelling that all spellings of a URL have in common."""
    return min(list_spellings(normalise_url(url)), key=lambda each: (len(each), each))


def find_article(url: str) -> Article | None:
    """Return the article stored under any spelling of this URL. Take one query."""
    wanted = list_spellings(url)
    found = {article.url: article for article in Article.objects.filter(url__in=wanted).select_related("outlet")}
    return next((found[spelling] for spelling in wanted if spelling in found), None)


def find_outlet(url: str) -> Outlet | None:
    """Return the outlet that publishes at this URL, or None.

    That is the outlet with the host or its nearest parent domain as home page or further host. Failing that, it is the
    outlet of the newest article cited from the host.
    """
    parts = _parts(url)
    if parts is None:
        return None
    labels = (parts.hostname or "").removeprefix("www.").rstrip(".").split(".")
    hosts = [".".join(labels[start:]) for start in range(min(len(labels) - 1, 4))]
    at_home = Q(pk__in=[])
    for host in hosts:
        for start in (f"{scheme}://{www}{host}" for scheme in _PORTS for www in ("", "www.")):
            at_home |= Q(home_page__iexact=start) | Q(home_page__istartswith=f"{start}/")
    outlets = list(Outlet.objects.unmerged().filter(at_home).order_by("retired", "pk"))
    nearest = {hosts.index(_host(outlet.home_page)): outlet for outlet in reversed(outlets)}
    named = [normalise_host(host) for host in hosts]
    further = OutletHost.objects.filter(host__in=[host for host in named if host], outlet__merged_into=None)
    nearest |= {named.index(row.host): row.outlet for row in further.select_related("outlet")}
    return nearest[min(nearest)] if nearest else _cited_from(hosts[0] if hosts else "")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _cited_from(host: str) -> Outlet | None:
    if not host:
        return None
    starts = Q()
    for start in (f"{scheme}://{www}{host}/" for scheme in _PORTS for www in ("", "www.")):
        starts |= Q(url__istartswith=start)
    # Primary keys first, through the index of URLs: ordered by newest, all articles would be read for a new host.
    cited = list(Article.objects.filter(starts).order_by().values_list("pk", flat=True)[:MOST_CITED])
    known = Article.objects.filter(pk__in=cited, outlet__isnull=False).select_related("outlet__merged_into")
    newest = known.order_by("-pk").first()
    return newest.outlet.remaining if newest and newest.outlet else None


def update_articles(citations: Iterable[CitedArticle], *, by: User | None) -> None:
    """Give the stored articles of ``citations`` the URL, title, outlet, date, author and paywall that these have.

    Only articles that differ are written. Restoring a document leaves them as they are, because other works cite them
    too. Call this where a user changed them.
    """
    cited = list(citations)
    outlets = find_outlets(one.outlet for one in cited)
    known = {article.uid: article for article in Article.objects.filter(uid__in=[one.article for one in cited])}
    # In a fixed order, so that two transactions that change the same articles do not deadlock.
    for one in sorted(cited, key=lambda one: one.article):
        if (article := known.get(one.article)) is None:
            continue
        outlet = outlets.get(one.outlet)
        said = {
            "url": one.url,
            "title": one.title[:500],
            "outlet_id": outlet.pk if outlet else None,
            "proposed_outlet": "" if outlet else one.outlet.name[:200],
            "published_on": one.published_on,
            "author": one.author[:300],
            "paywalled": one.paywalled,
        }
        changed = {name: value for name, value in said.items() if getattr(article, name) != value}
        if changed:
            with track_changes.track_changes(article, by=by):
                for name, value in changed.items():
                    setattr(article, name, value)
                article.save()
