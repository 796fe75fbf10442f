"""What changed on a page since an edition that somebody read: how often readers were told, and where the words are new."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.utils import translation
from django.utils.translation import ngettext

from newsroom.numbers import number_in
from stories.comparing import Comparison, Field
from stories.models.edition import Edition
from stories.reading.addresses import standing_under
from stories.reading.as_read import Fragments, fragments_of
from stories.reading.changes import Stage, stages_of
from stories.reading.compared import compared
from stories.rendering import ExplainerFragments

# How much of what stands before new words is told, so that they are found where they are new.
BEFORE = 40
# The parts of a page that carry one id, by what the comparison calls them. Sources are told by the texts that cite them.
_PARTS = {"lead_picture": "lead", "questions": "questions", "topics": "topics", "method_note": "method"}
_HEAD = {"headline": "top", "standfirst": "standfirst"}
_UNSAID = ("cite:", "note", "picture:")


@dataclass(frozen=True, slots=True)
class Place:
    """A part of today's page that changed: its id, and its new words, each after the words that it follows."""

    at: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What was told since the edition read, oldest first, and where today's page differs from it; ``to`` is today's."""

    edition: Edition
    read: int
    to: int
    told: tuple[Stage, ...]
    places: tuple[Place, ...]

    @classmethod
    def load(cls, slug: str, read: str, *, at: datetime) -> Self:
        """Return what changed on the story since the ``read``-th edition once public. Three queries at most.

        Raises as ``stories.reading.addresses.standing_under`` does, and Http404 for what is no number of an edition
        that was public by ``at``.
        """
        number = number_in(read, digits=9) or 0
        edition = standing_under("story", slug, at=at, under=f"/changes/?from={number}")
        stages = [stage for stage in stages_of(edition.uid, at=at) if stage.is_page]
        if not 1 <= number <= len(stages):
            raise Http404
        told = tuple(stage for stage in stages[number:] if stage.tells)
        places: tuple[Place, ...] = ()
        if told:
            kept = Edition.objects.select_related("document").fetch_mode(FETCH_RAISE)
            both = kept.in_bulk([stages[number - 1].edition.pk, stages[-1].edition.pk])
            before, after = both[stages[number - 1].edition.pk], both[stages[-1].edition.pk]
            with translation.override(edition.language):
                comparison = compared(before, after)
            found = tuple(_places(comparison, fragments_of(after))) if comparison else ()
            places = found or (Place("changes", ()),)
        return cls(edition, number, len(stages), told, places)

    @property
    def said(self) -> str:
        """How often readers were told, in a sentence with room for the ``{day}``; empty where they were not."""
        number = len(self.told)
        said = ngettext("{number} change since {day}.", "{number} changes since {day}.", number)
        return said.replace("{number}", str(number)) if number else ""

    def body(self) -> dict[str, object]:
        """Return it as JSON values, with a sentence in the story's language that leaves room for the ``{day}``."""
        with translation.override(self.edition.language):
            return {
                "from": self.read,
                "to": self.to,
                "said": self.said,
                "changes": [
                    {
                        "edition": stage.number,
                        "label": stage.edition.label,
                        "at": stage.edition.live_from.isoformat(timespec="seconds"),
                        "kind": stage.edition.change,
                        "words": stage.words,
                    }
                    for stage in self.told
                ],
                "places": [{"at": place.at, "words": place.words} for place in self.places],
            }


def _places(comparison: Comparison, fragments: Fragments) -> Iterator[Place]:
    """Yield the places of today's page in its order; what went leads to the list of changes."""
    if not isinstance(fragments, ExplainerFragments):
        return
    for part in comparison.parts:
        if part.code in _PARTS:
            yield Place(_PARTS[part.code], tuple(_new(part.fields)))
        elif part.code == "head":
            yield from (Place(_HEAD[field.code], tuple(_new([field]))) for field in part.fields if field.code in _HEAD)
        elif part.code == "section" and (part.fields or part.is_moved or part.state != "edited"):
            anchor = fragments.sections[part.now - 1].anchor if part.now else "changes"
            yield Place(anchor, tuple(_new(part.fields)) if part.state == "edited" else ())
        for row in part.rows if part.code in {"section", "passages"} else ():
            at = f"passage-{row.now}" if row.now else "changes"
            yield Place(at, tuple(_new(row.fields)) if row.state == "edited" else ())


def _new(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """Yield the new words of each field, block by block, each with the words before it; none of what is all new."""
    for field in fields:
        before = fresh = ""
        for run in (run for words in field.after for run in words.runs):
            if run.begins_block or run.kind != "new":
                if fresh.strip():
                    yield before[-BEFORE:].lstrip(), fresh.strip()
                before, fresh = f"{before}{fresh}", ""
            if run.begins_block:
                before = ""
            elif any(mark.startswith(_UNSAID) for mark in run.marks):
                continue
            elif run.kind == "new":
                fresh += run.text
            else:
                before += run.text
        if fresh.strip():
            yield before[-BEFORE:].lstrip(), fresh.strip()
