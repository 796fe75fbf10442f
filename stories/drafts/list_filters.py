"""What works of a list are filtered by: the days on which they were published, and the topics and outlets they name.

Each condition is a subquery along an index, because a join would repeat works.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from stories.models import FAQ, Citation, Edition, Outlet, SourceSummary, WorkTopic
from topics.models import Topic


def published_between(
    works: QuerySet[Any], *, first: datetime | None, end: datetime | None, at: datetime
) -> QuerySet[Any]:
    """Return the works with a page that went live at ``first`` or later, before ``end``, and by ``at``."""
    editions = Edition.objects.once_public(at).order_by()
    if first is not None:
        editions = editions.filter(live_from__gte=first)
    if end is not None:
        editions = editions.filter(live_from__lt=end)
    return works.filter(pk__in=editions.values("work"))


def on_topic(works: QuerySet[Any], topic: Topic) -> QuerySet[Any]:
    """Return the works whose draft names the topic."""
    return works.filter(pk__in=WorkTopic.objects.filter(topic=topic).order_by().values("work"))


def citing_outlet(works: QuerySet[Any], outlet: Outlet) -> QuerySet[Any]:
    """Return the works whose draft cites the outlet, in a passage or as the publisher of a source."""
    cited = Citation.objects.filter(article__outlet=outlet).order_by().values("work")
    if works.model is FAQ:
        return works.filter(pk__in=cited)
    # A union, because PostgreSQL would read all works for two conditions joined by OR.
    passages = SourceSummary.objects.filter(outlets=outlet).order_by().values("story")
    return works.filter(pk__in=cited.union(passages))
