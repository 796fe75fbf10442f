"""Normalise URLs of articles, find the article and the outlet for a URL, and update cited articles.

Nothing is fetched, because pasted URLs could make the server send requests into its own network (server-side request
forgery). Users therefore type the title and the date.
"""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

from django.db.models import Q

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.http.hosts import normalise_host
from newsroom.http.tracking_parameters import strip_tracking
from stories.documents import CitedArticle, NamedOutlet
from stories.drafts.references import find_outlets
from stories.models import Article, Outlet, OutletHost

_MAX_CITED = 200
_PORTS = {"http": ":80", "https": ":443"}


def _split_web_address(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        is_web = bool(parts.scheme in _PORTS and parts.hostname)
    except ValueError:
        return None
    return parts if is_web else None


def normalise_url(url: str) -> str:
    """Return an HTTP URL as it is stored: lower-case host, no default port, no fragment, no tracking parameters.

    Return any other text without surrounding spaces.
    """
    parts = _split_web_address(url)
    if parts is None:
        return url.strip()
    login, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_PORTS[parts.scheme])
    query = strip_tracking(parts.query)
    return parts._replace(netloc=login + at + host, path=parts.path or "/", query=query, fragment="").geturl()


def list_spellings(url: str) -> list[str]:
    """Return the spellings under which the article at this URL may be stored, starting with the given one."""
    parts = _split_web_address(url)
    if parts is None:
        return [url.strip()]
    normalised = urlsplit(normalise_url(url))
    bare_host = normalised.netloc.removeprefix("www.")
    path = normalised.path.rstrip("/")
    # The given spelling comes first, so that an article with exactly this URL is preferred to one with a different
    # spelling.
    others = [
        normalised._replace(scheme=scheme, netloc=www + bare_host, path=path + slash).geturl()
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]
    return list(dict.fromkeys([url.strip(), normalised.geturl(), *others]))


def get_canonical_spelling(url: str) -> str:
    """Return the spelling that represents all spellings of a URL."""
    return min(list_spellings(normalise_url(url)), key=lambda each: (len(each), each))


def find_article(url: str) -> Article | None:
    """Return the article that is stored under any spelling of this URL, or None. This takes one query."""
    spellings = list_spellings(url)
    articles = {row.url: row for row in Article.objects.filter(url__in=spellings).select_related("outlet")}
    return next((articles[spelling] for spelling in spellings if spelling in articles), None)


def cite_address(url: str, *, title: str, outlet_name: str) -> CitedArticle:
    """Return the article at a web address as a source with the number 1; ``title`` and ``outlet_name`` are for a new one.

    Without a name, the outlet of a new article is the one that publishes at the address. An unknown name is proposed.
    """
    if article := find_article(url):
        return CitedArticle(
            number=1, article=article.uid, url=article.url, title=article.title, published_on=article.published_on,
            author=article.author, paywalled=article.paywalled,
            outlet=NamedOutlet(uid=article.outlet.uid if article.outlet else None, name=article.outlet_name),
        )  # fmt: skip
    outlet = Outlet.objects.with_name(outlet_name).first() if outlet_name else find_outlet(url)
    named = NamedOutlet(uid=outlet.uid, name=outlet.name) if outlet else NamedOutlet(uid=None, name=outlet_name)
    return CitedArticle(number=1, article=uuid4(), url=url, title=title, outlet=named)


def find_outlet(url: str) -> Outlet | None:
    """Return the outlet that publishes at this URL, or None.

    It is the outlet whose home page or further hosts contain this host or, failing that, its nearest parent domain. If
    there is none, it is the outlet of the newest article from this host.
    """
    parts = _split_web_address(url)
    if parts is None:
        return None
    labels = (parts.hostname or "").removeprefix("www.").rstrip(".").split(".")
    hosts = [".".join(labels[start:]) for start in range(min(len(labels) - 1, 4))]
    has_home_page = Q(pk__in=[])
    for host in hosts:
        for start in (f"{scheme}://{www}{host}" for scheme in _PORTS for www in ("", "www.")):
            has_home_page |= Q(home_page__iexact=start) | Q(home_page__istartswith=f"{start}/")
    outlets = list(Outlet.objects.unmerged().filter(has_home_page).order_by("retired", "pk"))
    nearest = {hosts.index(_get_host(outlet.home_page)): outlet for outlet in reversed(outlets)}
    normalised = [normalise_host(host) for host in hosts]
    further_hosts = OutletHost.objects.filter(host__in=[host for host in normalised if host], outlet__merged_into=None)
    nearest |= {normalised.index(row.host): row.outlet for row in further_hosts.select_related("outlet")}
    return nearest[min(nearest)] if nearest else _find_outlet_of_articles(hosts[0] if hosts else "")


def _get_host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _find_outlet_of_articles(host: str) -> Outlet | None:
    """Return the outlet of the newest article from this host that has an outlet, or None.

    At most ``_MAX_CITED`` articles are considered, in no particular order.
    """
    if not host:
        return None
    starts = [f"{scheme}://{www}{host}/" for scheme in _PORTS for www in ("", "www.")]
    # The first query uses the index of URLs. A single query ordered by age would read the whole table if the host has
    # no articles.
    keys = list(Article.objects.with_url_starting(starts).order_by().values_list("pk", flat=True)[:_MAX_CITED])
    with_outlet = Article.objects.filter(pk__in=keys, outlet__isnull=False).select_related("outlet__merged_into")
    newest = with_outlet.order_by("-pk").first()
    return newest.outlet.remaining if newest and newest.outlet else None


def update_articles(citations: Iterable[CitedArticle], *, by: User | None) -> None:
    """Copy the details of ``citations``, such as title and outlet, to their stored articles.

    Only articles that differ are written, each with an audit entry. Raise IntegrityError if another article has the
    URL. Call this only when a user has changed these details, or in a temporary restore, with ``by`` as None.
    Otherwise, restoring a document does not change articles, because other works cite them too.
    """
    all_citations = list(citations)
    outlets = find_outlets(citation.outlet for citation in all_citations)
    rows = Article.objects.filter(uid__in=[citation.article for citation in all_citations])
    articles = {article.uid: article for article in rows}
    # Articles are changed in a fixed order, so that two transactions that change the same ones do not deadlock.
    for citation in sorted(all_citations, key=lambda each: each.article):
        if (article := articles.get(citation.article)) is None:
            continue
        outlet = outlets.get(citation.outlet)
        values = {
            "url": citation.url,
            "title": citation.title[:500],
            "outlet_id": outlet.pk if outlet else None,
            "proposed_outlet": "" if outlet else citation.outlet.name[:200],
            "published_on": citation.published_on,
            "author": citation.author[:300],
            "paywalled": citation.paywalled,
            "archived_url": citation.archived_url,
            "archived_on": citation.archived_on,
        }
        changed = {name: value for name, value in values.items() if getattr(article, name) != value}
        if changed:
            with track_changes.track_changes(article, by=by):
                for name, value in changed.items():
                    setattr(article, name, value)
                article.save()
