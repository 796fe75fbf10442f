"""Stories and questions as lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from stories.models.edition import Edition, EditionQuerySet, EditionTopic
from stories.reading.links import as_of


@dataclass(frozen=True, slots=True)
class Card:
    """One story or question in a list, with the first topic it names."""

    edition: Edition
    topic: str
    as_of: date | None = None


def story_cards(editions: Iterable[Edition]) -> list[Card]:
    """Return the stories as cards, in their order. One query, for the topics."""
    found = list(editions)
    names = first_topics(found)
    return [Card(edition, names.get(edition.pk, "")) for edition in found]


def question_cards(editions: Iterable[Edition]) -> list[Card]:
    """Return the questions as cards, in their order. One query, for the topics."""
    found = list(editions)
    names = first_topics(found)
    return [Card(edition, names.get(edition.pk, ""), as_of(edition)) for edition in found]


def first_topics(editions: Iterable[Edition]) -> dict[int, str]:
    """Return the present name of the first topic of each edition, by the edition's key. One query."""
    names: dict[int, str] = {}
    rows = EditionTopic.objects.filter(edition__in=[edition.pk for edition in editions])
    for row in rows.select_related("topic__merged_into").order_by("edition", "position", "pk"):
        names.setdefault(row.edition_id, (row.topic.merged_into or row.topic).name)
    return names


def live_stories(at: datetime) -> EditionQuerySet:
    """Return the stories that can be read at ``at``, as lists need them."""
    return Edition.objects.live(at).stories().for_cards()


def live_questions(at: datetime) -> EditionQuerySet:
    """Return the questions that can be read at ``at``, as lists need them."""
    return Edition.objects.live(at).questions().annotate(answers=F("fragments__answers")).for_cards()
