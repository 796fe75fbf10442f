"""The forecasts that readers have seen, whose words never change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Min

from newsroom.db.statements import PreparedQuery
from stories.documents import Explainer, Forecast, NamedOutlet
from stories.documents.forecasts import frozen_digest, list_articles
from stories.drafts import revisions
from stories.models import EditionForecast, Outlet, Story

# The digests with which each forecast was ever public, keyed by its uid.
type FrozenForecasts = Mapping[UUID, frozenset[str]]

_FIRST_PUBLIC = PreparedQuery(
    lambda uids: (
        EditionForecast.objects.filter(uid__in=uids, live_from__lt=F("live_until"))
        .exclude(frozen="")
        .order_by()
        .values_list("uid", "forecast", "frozen")
        .annotate(first=Min("live_from"))
    )
)


def find_frozen_forecasts(stories: Sequence[tuple[Explainer, datetime]]) -> dict[UUID, FrozenForecasts]:
    """Return the forecasts of each story that any of its editions shows to readers by a time, keyed by its uid.

    Withdrawn editions count, and schedules that were cancelled do not. A forecast also has its digest with another
    outlet if the outlet of that digest was merged into the one that it has now. This takes one query, and another one
    if digests differ.
    """
    times = {story.uid: at for story, at in stories}
    frozen: dict[UUID, dict[UUID, set[str]]] = {uid: {} for uid in times}
    for uid, forecast, digest, first in _FIRST_PUBLIC(uids=set(times)) if times else ():
        if first <= times[uid]:
            frozen[uid].setdefault(forecast, set()).add(digest)
    changed = [
        (each, article, digests)
        for story, _ in stories
        for each, article in list_articles(story)
        if (digests := frozen[story.uid].get(each.uid)) and frozen_digest(each, article) not in digests
    ]
    _add_merged_outlets(changed)
    return {uid: {forecast: frozenset(digests) for forecast, digests in each.items()} for uid, each in frozen.items()}


def _add_merged_outlets(changed: Sequence[tuple[Forecast, UUID | None, set[str]]]) -> None:
    """Add the digest of each forecast that only names another outlet than before because the two were merged."""
    outlets = {each.outlet.uid for each, _, _ in changed if each.outlet and each.outlet.uid}
    if not outlets:
        return
    merged = list(Outlet.objects.filter(merged_into__uid__in=outlets).values_list("uid", "merged_into__uid"))
    for each, article, digests in changed:
        for before, remaining in merged:
            if each.outlet and each.outlet.uid == remaining:
                old = each.model_copy(update={"outlet": NamedOutlet(uid=before, name=each.outlet.name)})
                if frozen_digest(old, article) in digests:
                    digests.add(frozen_digest(each, article))


def find_frozen_rows(story: Story, *, at: datetime) -> frozenset[UUID]:
    """Return the uids of the forecasts whose words in the newest revision of ``story`` are as readers have seen them."""
    revision = revisions.get_newest_revision(story) if story.pk else None
    document = revision.document.value() if revision else None
    if not isinstance(document, Explainer) or not document.forecasts:
        return frozenset()
    frozen = find_frozen_forecasts([(document, at)])[document.uid]
    return frozenset(
        each.uid
        for each, article in list_articles(document)
        if frozen_digest(each, article) in frozen.get(each.uid, frozenset())
    )
