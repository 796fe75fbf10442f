"""The changes to a story since the edition that a reader last saw: the announced changes, and the new words."""

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
from stories.public.pages.history.changes import Stage, load_stages
from stories.public.pages.history.editions import compare_editions
from stories.public.pages.resolve import get_page_under
from stories.public.pages.works.fragments import parse_fragments

# The maximum number of preceding characters that are sent with new words, so that the script finds the right place.
CONTEXT_LENGTH = 40
# If there are more spans of announced editions than this, the oldest are compared as one, because each comparison takes
# some milliseconds.
MAX_SPANS = 8
# The ids of parts of the page, keyed by the code in the comparison. Changes to sources themselves are left out; a new
# citation is a change to the text that contains it.
_PART_IDS = {"lead_picture": "lead", "questions": "questions", "topics": "topics", "method_note": "method"}
_HEAD_IDS = {"headline": "top", "standfirst": "standfirst"}
_IGNORED_MARKS = ("cite:", "note", "picture:")


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """A changed part of the live page.

    ``at`` is the id of the part. ``words`` holds a pair for each run of new words: the text before them, and the new
    words.
    """

    at: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangesSinceVisit:
    """The changes announced since the edition with the number ``read``, oldest first.

    ``places`` are the parts of the live page that differ from that edition because of these changes. If no part
    differs, the list of changes is the only place; if no change was announced, there are no places. ``to`` is the
    number of the live edition.
    """

    edition: Edition
    read: int
    to: int
    announced: tuple[Stage, ...]
    places: tuple[ChangedPlace, ...]

    @classmethod
    def load(cls, slug: str, read: str, *, at: datetime) -> Self:
        """Return the changes to the story since the public edition with the number ``read``, in at most three queries.

        Raise the same exceptions as ``stories.public.pages.resolve.get_page_under``, and Http404 unless ``read`` is the
        number of an edition that was public by ``at``.
        """
        number = parse_number(read, digits=9) or 0
        edition = get_page_under("story", slug, at=at, under=f"/changes/?from={number}")
        stages = [stage for stage in load_stages(edition.uid, at=at) if stage.is_page]
        if not 1 <= number <= len(stages):
            raise Http404
        announced = tuple(stage for stage in stages[number:] if stage.is_announced)
        places: tuple[ChangedPlace, ...] = ()
        if announced:
            spans = _announced_spans(stages, number)
            compared_spans = {(number - 1, len(stages) - 1), *spans}
            with_documents = Edition.objects.select_related("document").fetch_mode(FETCH_RAISE)
            editions = with_documents.in_bulk({stages[index].edition.pk for span in compared_spans for index in span})
            with translation.override(edition.language):
                places_by_span = {
                    span: dict(_iter_changed_places(*(editions[stages[index].edition.pk] for index in span)))
                    for span in compared_spans
                }
            places = tuple(
                _select_announced(places_by_span[number - 1, len(stages) - 1], [places_by_span[span] for span in spans])
            )
            places = places or (ChangedPlace("changes", ()),)
        return cls(edition, number, len(stages), announced, places)

    @property
    def summary(self) -> str:
        """The number of announced changes in words, or an empty string. ``{day}`` stands for the time of the visit."""
        number = len(self.announced)
        sentence = ngettext("{number} change since your visit {day}", "{number} changes since your visit {day}", number)
        return sentence.replace("{number}", str(number)) if number else ""

    def body(self) -> dict[str, object]:
        """Return the JSON body, with the summary in the story's language."""
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
    """Return the spans of consecutive announced editions after the ``number``-th edition, oldest first.

    A span is a pair of indexes in ``stages``: the index of the edition before the span, and the index of its last
    edition.
    """
    spans: list[tuple[int, int]] = []
    for index in range(number, len(stages)):
        if stages[index].is_announced:
            begin = spans.pop()[0] if spans and spans[-1][1] == index - 1 else index - 1
            spans.append((begin, index))
    oldest = spans[: 1 - MAX_SPANS]
    return [(oldest[0][0], oldest[-1][1]), *spans[1 - MAX_SPANS :]] if oldest else spans


def _select_announced(
    places: dict[str, ChangedPlace], announced: Iterable[dict[str, ChangedPlace]]
) -> Iterator[ChangedPlace]:
    """Yield the places, and the new words in them, that also changed in a span of announced editions."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for span in announced:
        for key, place in span.items():
            words[key] += [new_words for _, new_words in place.words]
    for key, place in places.items():
        if key in words:
            pairs = (pair for pair in place.words if any(pair[1] in each or each in pair[1] for each in words[key]))
            yield ChangedPlace(place.at, tuple(pairs))


def _iter_changed_places(before: Edition, after: Edition) -> Iterator[tuple[str, ChangedPlace]]:
    """Yield the changed places of ``after`` in order, each with the key of the change.

    The place of a removed part is the list of changes.
    """
    comparison, fragments = compare_editions(before, after), parse_fragments(after)
    if comparison is None or not isinstance(fragments, ExplainerFragments):
        return
    for part in comparison.parts:
        if part.code in _PART_IDS:
            yield part.code, ChangedPlace(_PART_IDS[part.code], tuple(_iter_new_words(part.fields)))
        elif part.code == "head":
            for field in part.fields:
                if field.code in _HEAD_IDS:
                    yield field.code, ChangedPlace(_HEAD_IDS[field.code], tuple(_iter_new_words([field])))
        elif part.code == "section" and (part.fields or part.is_moved or part.state != "edited"):
            anchor = fragments.sections[part.section_number - 1].anchor if part.section_number else "changes"
            yield part.key, ChangedPlace(anchor, tuple(_iter_new_words(part.fields)) if part.state == "edited" else ())
        for row in part.rows if part.code in {"section", "passages"} else ():
            at = f"passage-{row.position_after}" if row.position_after else "changes"
            yield row.key, ChangedPlace(at, tuple(_iter_new_words(row.fields)) if row.state == "edited" else ())


def _iter_new_words(fields: Iterable[ChangedField]) -> Iterator[tuple[str, str]]:
    """Yield a pair for each run of new words in the fields: the text before it in the same block, and the new words."""
    for field in fields:
        before = new_words = ""
        for run in (run for words in field.after for run in words.runs):
            if run.begins_block or run.kind != "new":
                if new_words.strip():
                    yield before[-CONTEXT_LENGTH:].lstrip(), new_words.strip()
                before, new_words = f"{before}{new_words}", ""
            if run.begins_block:
                before = ""
            elif any(mark.startswith(_IGNORED_MARKS) for mark in run.marks):
                continue
            elif run.kind == "new":
                new_words += run.text
            else:
                before += run.text
        if new_words.strip():
            yield before[-CONTEXT_LENGTH:].lstrip(), new_words.strip()
