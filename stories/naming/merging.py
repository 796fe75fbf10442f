"""Makes two outlets one."""

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from stories.models import FAQ, Article, Outlet
from topics.merging import merge_named

RIGHT_TO_MERGE = "stories.change_outlet"


def merge_outlets(source: Outlet, into: Outlet, *, by: User, seen: str = "") -> None:
    """Join ``source`` to ``into``, as ``topics.merging.merge`` does for topics: past editions keep the printed name.

    Raises NotAllowedError without the right, ValidationError when the two are one, when one was merged away before, or when
    one of them changed since ``seen``.
    """
    require(by, RIGHT_TO_MERGE, "Only curators join outlets.")
    merge_named(source, into, by=by, seen=seen)


def questions_citing(outlet: Outlet) -> list[FAQ]:
    """Return the questions on the desk that cite an article of the outlet, each once."""
    return list(FAQ.objects.on_the_desk().filter(citations__article__outlet=outlet).order_by("-pk").distinct())


def articles_of(outlet: Outlet, *, limit: int) -> tuple[list[Article], int]:
    """Return the newest articles of the outlet, at most ``limit``, and how many there are."""
    articles = Article.objects.filter(outlet=outlet)
    return list(articles.order_by("-pk")[:limit]), articles.count()
