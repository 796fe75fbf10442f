"""The answers that readers see and that expire, by day, and the renewal of many of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.text.plain import plain_text
from stories.documents.dated_answers import DatedAnswer, list_dated_answers
from stories.drafts.publication_status import get_title
from stories.models import BulkRun, BulkState, Edition, EditionAnswer, EditionQuestion, EditionTopic, Work
from stories.publishing.renew_answers import AnswerDates, propose_dates
from stories.workflow import bulk
from topics.models import Topic

SOON = timedelta(days=7)
MAX_ANSWERS = 200
# So many questions are renewed before the editor gets a response. A worker renews the rest.
MAX_AT_ONCE = 20


class When(models.TextChoices):
    """The spans of days to which the list can be restricted."""

    DUE = "due", "Expired, or in the next seven days"
    EXPIRED = "expired", "Expired"
    WEEK = "week", "In the next seven days"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows. ``owner`` and ``topic`` are primary keys; an ``owner`` of 0 is nobody."""

    when: str = ""
    owner: int | None = None
    topic: int | None = None
    language: str = ""

    def select(self, *, at: datetime) -> QuerySet[EditionAnswer]:
        """Return the rows of the live answers that expire and pass these filters."""
        today = timezone.localdate(at)
        rows = _select_live(at)
        if self.when in {When.DUE, When.WEEK}:
            rows = rows.filter(expires_on__lte=today + SOON)
        if self.when == When.WEEK:
            rows = rows.filter(expires_on__gte=today)
        if self.when == When.EXPIRED:
            rows = rows.filter(expires_on__lt=today)
        if self.owner is not None:
            rows = rows.filter(edition__work__owner=self.owner or None)
        if self.topic is not None:
            rows = rows.filter(Exists(EditionTopic.objects.filter(edition=OuterRef("edition"), topic=self.topic)))
        if self.language:
            rows = rows.filter(edition__language=self.language)
        return rows


class Counts(NamedTuple):
    """How many live answers have expired or expire soon, and how many of both have no owner."""

    expired: int
    week: int
    no_owner: int


@dataclass(frozen=True, slots=True)
class ExpiringAnswer:
    """An answer that readers see, in the edition in which they do, and the number of stories that ask its question."""

    edition: Edition
    answer: DatedAnswer
    stories: int
    at: datetime

    @property
    def key(self) -> str:
        """The key by which a form names this answer, as it was read in this edition."""
        return f"{self.edition.pk}.{self.answer.uid}"

    @property
    def work(self) -> Work:
        return self.edition.work

    @property
    def name(self) -> str:
        """The narrower question in quotation marks, or “Short answer”."""
        return f"“{self.answer.question}”" if self.answer.question else "Short answer"

    @property
    def expires_on(self) -> date:
        assert self.answer.expires_on is not None, "the answer expires"  # noqa: S101
        return self.answer.expires_on

    @property
    def words(self) -> str:
        """What readers see of the answer, without markup."""
        return plain_text(self.answer.text)

    @property
    def is_expired(self) -> bool:
        return self.expires_on < timezone.localdate(self.at)

    @property
    def details(self) -> str:
        """What the line says of the answer: its narrower question, the owner, and where it is asked."""
        asked = f"asked in {self.stories} {'story' if self.stories == 1 else 'stories'}" if self.stories else ""
        owner = str(self.work.owner) if self.work.owner else "no owner"
        seen = "Readers see “May have changed”" if self.is_expired else ""
        return " · ".join(filter(None, (self.name, owner, asked, seen)))

    def propose_dates(self) -> AnswerDates:
        """Return the dates that a renewal is filled in with."""
        return propose_dates(self.answer, published_on=timezone.localdate(self.edition.live_from), at=self.at)


@dataclass(frozen=True, slots=True)
class Page:
    """The first answers of the list after a position. ``after`` is the position of the next page, or empty."""

    answers: tuple[ExpiringAnswer, ...]
    after: str = ""

    @property
    def days(self) -> list[tuple[date, list[ExpiringAnswer]]]:
        """The answers by the day on which they expire."""
        return [(day, list(rows)) for day, rows in groupby(self.answers, key=lambda each: each.expires_on)]


def count_due(*, at: datetime) -> Counts:
    """Return the counts shown above the list. This takes one query."""
    today = timezone.localdate(at)
    counts: dict[str, int] = (
        _select_live(at)
        .filter(expires_on__lte=today + SOON)
        .aggregate(
            expired=Count("pk", filter=Q(expires_on__lt=today)),
            week=Count("pk", filter=Q(expires_on__gte=today)),
            no_owner=Count("pk", filter=Q(edition__work__owner=None)),
        )
    )
    return Counts(**counts)


def load_page(filters: Filters, *, at: datetime, after: str = "", limit: int = MAX_ANSWERS) -> Page:
    """Return at most ``limit`` answers that pass the filters, the first to expire first, in a fixed number of queries.

    ``after`` is the position at which the page before ended. What is not a position is ignored.
    """
    rows = filters.select(at=at).order_by("expires_on", "pk")
    if position := _Position.parse(after):
        later = Q(expires_on=position.day, pk__gt=position.key)
        rows = rows.filter(Q(expires_on__gt=position.day) | later)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    answers = _load(((row.edition_id, row.answer) for row in shown), at=at)
    last = shown[-1] if len(found) > limit else None
    return Page(tuple(answers), f"{last.expires_on:%Y-%m-%d}.{last.pk}" if last else "")


def find_answers(keys: Iterable[str], *, at: datetime) -> list[ExpiringAnswer]:
    """Return the answers with these keys, as they were read; what no longer exists is left out."""
    pairs: dict[tuple[int, UUID], None] = {}
    for key in keys:
        edition, _, uid = key.partition(".")
        if edition.isascii() and edition.isdigit() and len(edition) <= 18:
            try:
                pairs[int(edition), UUID(uid)] = None
            except ValueError:
                continue
    return sorted(_load(pairs, at=at), key=lambda each: each.expires_on)


def list_topics(*, at: datetime) -> QuerySet[Topic]:
    """Return the topics of the answers on the first page of the unfiltered list, by name."""
    editions = _select_first(at).values("edition")
    return Topic.objects.filter(pk__in=EditionTopic.objects.filter(edition__in=editions).values("topic")).order_by(
        "name"
    )


def list_owners(*, at: datetime) -> QuerySet[User]:
    """Return the owners of the answers on the first page of the unfiltered list, by name."""
    works = _select_first(at).values("edition__work__owner")
    return User.objects.filter(pk__in=works).order_by("first_name", "last_name", "pk")


def renew_many(renewals: Mapping[int, tuple[int, Mapping[UUID, AnswerDates]]], *, by: User, at: datetime) -> BulkRun:
    """Renew answers of many questions as a bulk run, in one edition and one transaction for each question.

    ``renewals`` maps the primary key of a question to that of the edition which the editor read, and to the dates of
    its answers. The first ``MAX_AT_ONCE`` questions are renewed immediately, without a worker. Return the run. Raise
    the errors of ``bulk.run_at_once``.
    """
    options = {
        str(work): {"seen": seen, "dates": {str(uid): [str(day) for day in days] for uid, days in dates.items()}}
        for work, (seen, dates) in renewals.items()
    }
    return bulk.run_at_once(bulk.Verb.RENEW, list(renewals), options, by=by, at=at, limit=MAX_AT_ONCE)


def describe_run(run: BulkRun) -> str:
    """Return a sentence about the answers of a run: “18 answers renewed. 2 were not: …”, with the reasons."""
    sizes = dict.fromkeys(BulkState, 0)
    reasons: list[str] = []
    for item in run.items.select_related("work__faq"):
        sizes[BulkState(item.state)] += len(run.said[str(item.work_id)]["dates"])
        if item.state == BulkState.REFUSED:
            reasons.append(item.words if "“" in item.words else f"“{get_title(item.work)}”: {item.words}")
    done, refused, waiting = sizes[BulkState.DONE], sizes[BulkState.REFUSED], sizes[BulkState.WAITS]
    sentences = [f"{done} {'answer' if done == 1 else 'answers'} renewed."]
    if refused:
        sentences.append(f"{refused} {'was' if refused == 1 else 'were'} not: {' '.join(dict.fromkeys(reasons))}")
    if waiting:
        sentences.append(f"{waiting} to go.")
    return " ".join(sentences)


class _Position(NamedTuple):
    day: date
    key: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        day, _, key = text.partition(".")
        try:
            return cls(date.fromisoformat(day), int(key[:18]))
        except ValueError:
            return None


def _select_live(at: datetime) -> QuerySet[EditionAnswer]:
    return EditionAnswer.objects.filter(live_from__lte=at, live_until__gt=at)


def _select_first(at: datetime) -> QuerySet[EditionAnswer]:
    """Return the rows of the first page, whose owners and topics the filters offer."""
    return _select_live(at).order_by("expires_on", "pk")[:MAX_ANSWERS]


def _load(pairs: Iterable[tuple[int, UUID]], *, at: datetime) -> list[ExpiringAnswer]:
    """Return the answers with these uids in the editions with these keys, in three queries."""
    pairs = list(pairs)
    related = Edition.objects.select_related("document", "work__owner", "work__faq")
    editions = related.questions().in_bulk({edition for edition, _ in pairs})
    answers = {
        (key, answer.uid): answer
        for key, edition in editions.items()
        if edition.document is not None
        for answer in list_dated_answers(edition.document.value())
        if answer.expires_on
    }
    asked = EditionQuestion.objects.filter(live_from__lte=at, live_until__gt=at)
    stories = dict(
        asked.filter(question_uid__in={edition.uid for edition in editions.values()})
        .order_by()
        .values_list("question_uid")
        .annotate(number=Count(F("edition__uid"), distinct=True))
    )
    return [
        ExpiringAnswer(editions[key], answers[key, uid], stories.get(editions[key].uid, 0), at)
        for key, uid in pairs
        if (key, uid) in answers
    ]
