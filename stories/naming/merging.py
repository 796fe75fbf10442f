"""Makes two outlets one."""

from django.db.models import OuterRef, Subquery
from django.db.models.lookups import IsNull

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.audit import track_changes
from newsroom.page_cache.invalidation import changing
from stories.models import FAQ, Article, Citation, Outlet, OutletHost
from topics.merging import merge_named

RIGHT_TO_MERGE = "stories.change_outlet"


@changing()
def merge_outlets(source: Outlet, into: Outlet, *, by: User, seen: str = "") -> None:
    """Join ``source`` to ``into``, as ``topics.merging.merge`` does for topics: past editions keep the printed name.

    Its hosts lead to the other one too. Raises NotAllowedError without the right, ValidationError when the two are one, when one was merged away before, or when
    one of them changed since ``seen``.
    """
    require(by, RIGHT_TO_MERGE, "Only curators join outlets.")
    merge_named(source, into, by=by, seen=seen)
    _move_hosts(Outlet.objects.get(pk=source.pk), Outlet.objects.get(pk=into.pk), by=by)


def _move_hosts(gone: Outlet, kept: Outlet, *, by: User) -> None:
    hosts = set(gone.further_hosts.split())
    if gone.home_host and not OutletHost.objects.filter(host=gone.home_host).exists():
        hosts.add(gone.home_host)
    hosts -= {kept.home_host}
    if gone.further_hosts:
        gone.further_hosts = ""
        gone.save()
    if hosts:
        with track_changes.kept(kept, by=by, reason=f"Taken over from “{gone.name}”"):
            kept.further_hosts = "\n".join([kept.further_hosts, *hosts])
            kept.save()


def questions_citing(outlet: Outlet, *, limit: int) -> list[FAQ]:
    """Return the newest questions on the desk that cite an article of the outlet, each once, at most ``limit``."""
    citing = Citation.objects.filter(work=OuterRef("pk"), article__outlet=outlet)
    # Asked as a value: of a condition PostgreSQL makes a list of all that cites.
    cites = IsNull(Subquery(citing.order_by().values("pk")[:1]), False)
    return list(FAQ.objects.on_the_desk().filter(cites).order_by("-pk")[:limit])


def articles_of(outlet: Outlet, *, limit: int) -> list[Article]:
    """Return the newest articles of the outlet, at most ``limit``."""
    return list(Article.objects.filter(outlet=outlet).order_by("-pk")[:limit])
