"""Public forecasts whose day has come or is near, and the notifications about those that nobody has decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.models import User, active_users
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import notify
from newsroom.page_cache.invalidation import invalidation
from stories.documents import CitedArticle, Explainer, Forecast
from stories.documents.schema.values import show_day
from stories.models import Edition, EditionForecast, Story, StoryForecast
from stories.publishing.decide_forecast import find_forecast
from stories.publishing.notifications import quote_title
from stories.publishing.review_dates import list_editors

SOON = timedelta(days=30)
# The owner is told on the day. Editors are told this long after it if nobody decided the forecast.
ESCALATE_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DueForecast:
    """A forecast that readers see as open, in the live edition of its story.

    ``draft_state`` is its state in the draft, or empty if the draft does not have it.
    """

    forecast: Forecast
    edition: Edition
    draft_state: str

    @property
    def is_decided_in_draft(self) -> bool:
        return self.draft_state not in {"", "open"}


@dataclass(frozen=True, slots=True)
class PublicForecast:
    """A forecast in the live edition of its story."""

    story: Story
    edition: Edition
    document: Explainer
    forecast: Forecast


def find_public_forecast(key: int, uid: UUID, *, at: datetime) -> PublicForecast | None:
    """Return the forecast ``uid`` of the story with this primary key as readers see it at ``at``, or None.

    A story in the trash has none.
    """
    # A key may have any number of digits. The primary key of a story is a relation, which would overflow.
    story = Story.objects.filter(id=key, binned_at=None).first()
    edition = Edition.objects.live(at).filter(work=story).select_related("document").first() if story else None
    document = edition.document.value() if edition and edition.document else None
    forecast = find_forecast(document, uid)
    if story is None or edition is None or not isinstance(document, Explainer) or forecast is None:
        return None
    return PublicForecast(story, edition, document, forecast)


def find_edition(story: Story, key: int | None) -> Edition | None:
    """Return the edition of ``story`` with this primary key, or None."""
    return Edition.objects.filter(work=story, pk=key).select_related("document").first() if key else None


@dataclass(frozen=True, slots=True)
class DueCounts:
    """The numbers of forecasts whose day has come, and of those whose day comes soon."""

    due: int
    soon: int


def count_due_forecasts(*, at: datetime) -> DueCounts:
    """Return the counts at ``at``, in one query."""
    today = timezone.localdate(at)
    rows = EditionForecast.objects.open_at(at).filter(due_on__lte=today + SOON)
    counts: dict[str, int] = rows.aggregate(
        due=Count("pk", filter=Q(due_on__lte=today)), soon=Count("pk", filter=Q(due_on__gt=today))
    )
    return DueCounts(**counts)


def list_due_forecasts(*, until: date, at: datetime, limit: int | None = None) -> list[DueForecast]:
    """Return the open forecasts of pages live at ``at`` whose day is ``until`` or earlier, earliest first.

    This takes two queries.
    """
    rows = EditionForecast.objects.open_at(at).filter(due_on__lte=until).with_editions().order_by("due_on", "pk")
    return _read(list(rows[:limit]))


def _read(rows: Sequence[EditionForecast]) -> list[DueForecast]:
    uids = {row.forecast for row in rows}
    states = dict(StoryForecast.objects.filter(uid__in=uids).values_list("uid", "state")) if uids else {}
    return [
        DueForecast(forecast, row.edition, states.get(row.forecast, ""))
        for row in rows
        if row.edition.document and (forecast := find_forecast(row.edition.document.value(), row.forecast))
    ]


def find_source(story: Explainer, number: int | None) -> CitedArticle | None:
    """Return the source with this number, or None."""
    return next((cited for cited in story.citations if cited.number == number), None)


def send_forecast_reminders(at: datetime) -> int:
    """Notify owners on the day of a forecast, and editors a week later.

    Return the number of forecasts about which notifications were sent. No notification is sent twice. If a story has no
    active owner, editors are told on the day.
    """
    today = timezone.localdate(at)
    open_uids = EditionForecast.objects.open_at(at).filter(due_on__lte=today).values("forecast")
    keys = StoryForecast.objects.to_notify(today, escalate_after=ESCALATE_AFTER).filter(uid__in=open_uids)
    return sum(_notify_about(key, at=at) for key in keys.values_list("pk", flat=True))


@invalidation()
def _notify_about(key: int, *, at: datetime) -> bool:
    """Send the due notifications about a forecast, and return whether there were any; it may be gone by now."""
    rows = StoryForecast.objects.select_for_update(of=("self",)).select_related("story__owner")
    if (forecast := rows.filter(pk=key).first()) is None:
        return False
    story, due_on = forecast.story, forecast.due_on
    owner = story.owner if story.owner in active_users() else None
    is_week_over = due_on is not None and due_on <= timezone.localdate(at) - ESCALATE_AFTER
    title, has_notified = quote_title(story), False
    if forecast.reminded_at is None:
        words = f"The day of a forecast in {title} has come. Record the outcome."
        _notify([owner] if owner else list_editors(), NoticeKind.FORECAST, forecast, words, at=at)
        forecast.reminded_at, has_notified = at, True
    if forecast.escalated_at is None and is_week_over:
        words = f"Nobody has decided a forecast in {title}, whose day was {show_day(due_on)}."
        _notify(list_editors(), NoticeKind.UNDECIDED, forecast, words, at=at)
        forecast.escalated_at, has_notified = at, True
    forecast.save(update_fields=["reminded_at", "escalated_at"])
    return has_notified


def _notify(people: Iterable[User], kind: NoticeKind, forecast: StoryForecast, words: str, *, at: datetime) -> None:
    address = reverse("admin:decide_forecast", args=[forecast.story_id, forecast.uid])
    notify(
        people, kind, thing_kind=forecast.story.kind, thing_uid=forecast.story.uid, words=words, address=address, at=at
    )
