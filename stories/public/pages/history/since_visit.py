"""Changes on a story since the edition that a reader last saw: how many were announced, and where words are new."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.utils import translation
from django.utils.translation import ngettext

from newsroom.http.converters import parse_number
from stories.documents.compare import ChangedField
from stories.documents.render import ExplainerFragments
from stories.editions.models import Edition
from stories.public.pages.history.changes import Stage, stages_of
from stories.public.pages.history.editions import compare_editions
from stories.public.pages.resolve import get_page_under
from stories.public.pages.works.fragments import fragments_of

# Characters before new words that are sent along, so that the script finds the words at the right place.
BEFORE = 40
# The oldest of further spans of announced editions are compared as one: each comparison takes some milliseconds.
MOST_SPANS = 8
# The ids of parts of the page, by the code of the comparison. Sources are reported by the texts that cite them.
_PARTS = {"lead_picture": "lead", "questions": "questions", "topics": "topics", "method_note": "method"}
_HEAD = {"headline": "top", "standfirst": "standfirst"}
_UNSAID = ("cite:", "note", "picture:")


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """A changed part of today's page: its id, and its new words, each with the words that precede it."""

    at: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangesSinceVisit:
    """The changes announced since the edition ``read``, oldest first, and where today's page differs from it.

    ``to`` is the number of today's edition.
    """

    edition: Edition
    read: int
    to: int
    announced: tuple[Stage, ...]
    places: tuple[ChangedPlace, ...]

    @classmethod
    def load(cls, slug: str, read: str, *, at: datetime) -> Self:
        """Return what changed on the story since the public edition number ``read``, in at most three queries.

        Raise as ``stories.public.pages.resolve.get_page_under`` does, and Http404 unless ``read`` is the number of an
        edition that was public by ``at``.
        """
        number = parse_number(read, digits=9) or 0
        edition = get_page_under("story", slug, at=at, under=f"/changes/?from={number}")
        stages = [stage for stage in stages_of(edition.uid, at=at) if stage.is_page]
        if not 1 <= number <= len(stages):
            raise Http404
        told = tuple(stage for stage in stages[number:] if stage.is_announced)
        places: tuple[ChangedPlace, ...] = ()
        if told:
            spans = _announced_spans(stages, number)
            ends = {(number - 1, len(stages) - 1), *spans}
            kept = Edition.objects.select_related("document").fetch_mode(FETCH_RAISE)
            editions = kept.in_bulk({stages[place].edition.pk for span in ends for place in span})
            with translation.override(edition.language):
                found = {span: dict(_places(*(editions[stages[place].edition.pk] for place in span))) for span in ends}
            places = tuple(_announced(found[number - 1, len(stages) - 1], [found[span] for span in spans]))
            places = places or (ChangedPlace("changes", ()),)
        return cls(edition, number, len(stages), told, places)

    @property
    def summary(self) -> str:
        """The number of announced changes as a sentence with the placeholder ``{day}``; empty if there are none."""
        number = len(self.announced)
        said = ngettext("{number} change since {day}.", "{number} changes since {day}.", number)
        return said.replace("{number}", str(number)) if number else ""

    def body(self) -> dict[str, object]:
        """Return the JSON body, with a sentence in the story's language that has the placeholder ``{day}``."""
        with translation.override(self.edition.language):
            return {
                "from": self.read,
                "to": self.to,
                "said": self.summary,
                "changes": [
                    {
                        "edition": stage.number,
                        "label": stage.edition.label,
                        "at": stage.edition.live_from.isoformat(timespec="seconds"),
                        "kind": stage.edition.change,
                        "words": stage.change_text,
                    }
                    for stage in self.announced
                ],
                "places": [{"at": place.at, "words": place.words} for place in self.places],
            }


def _announced_spans(stages: Sequence[Stage], number: int) -> list[tuple[int, int]]:
    """Return the spans of consecutive announced editions after the ``number``-th, oldest first.

    A span is a pair of indexes in ``stages``: of the edition before it, and of its last one.
    """
    spans: list[tuple[int, int]] = []
    for place in range(number, len(stages)):
        if stages[place].is_announced:
            begin = spans.pop()[0] if spans and spans[-1][1] == place - 1 else place - 1
            spans.append((begin, place))
    oldest = spans[: 1 - MOST_SPANS]
    return [(oldest[0][0], oldest[-1][1]), *spans[1 - MOST_SPANS :]] if oldest else spans


def _announced(places: dict[str, ChangedPlace], announced: Iterable[dict[str, ChangedPlace]]) -> Iterator[ChangedPlace]:
    """Yield those of ``places``, and of their words, that changed in a span of announced editions too."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for span in announced:
        for key, place in span.items():
            words[key] += [fresh for _, fresh in place.words]
    for key, place in places.items():
        if key in words:
            fresh = (pair for pair in place.words if any(pair[1] in each or each in pair[1] for each in words[key]))
            yield ChangedPlace(place.at, tuple(fresh))


def _places(before: Edition, after: Edition) -> Iterator[tuple[str, ChangedPlace]]:
    """Yield the changed places of ``after`` in order, each with the key of the change.

    What was removed leads to the list of changes.
    """
    comparison, fragments = compare_editions(before, after), fragments_of(after)
    if comparison is None or not isinstance(fragments, ExplainerFragments):
        return
    for part in comparison.parts:
        if part.code in _PARTS:
            yield part.code, ChangedPlace(_PARTS[part.code], tuple(_new(part.fields)))
        elif part.code == "head":
            for field in part.fields:
                if field.code in _HEAD:
                    yield field.code, ChangedPlace(_HEAD[field.code], tuple(_new([field])))
        elif part.code == "section" and (part.fields or part.is_moved or part.state != "edited"):
            anchor = fragments.sections[part.section_number - 1].anchor if part.section_number else "changes"
            yield part.key, ChangedPlace(anchor, tuple(_new(part.fields)) if part.state == "edited" else ())
        for row in part.rows if part.code in {"section", "passages"} else ():
            at = f"passage-{row.position_after}" if row.position_after else "changes"
            yield row.key, ChangedPlace(at, tuple(_new(row.fields)) if row.state == "edited" else ())


def _new(fields: Iterable[ChangedField]) -> Iterator[tuple[str, str]]:
    """Yield the new words of each field by block, each with the words before it.

    The words before are empty at the start of a block.
    """
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
