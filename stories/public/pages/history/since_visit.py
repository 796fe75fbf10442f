"""The changes to a story since the edition that a reader last saw: announced changes, changed points, and new words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, ngettext

from newsroom.http.converters import parse_number
from stories.documents.compare import ChangedField
from stories.documents.render import ExplainerFragments
from stories.documents.schema import HAPPENED, PAPERS
from stories.editions.models import Edition
from stories.public.pages.history.changes import Stage, load_stages
from stories.public.pages.history.claim_changes import ClaimChange, compare_claims
from stories.public.pages.history.editions import compare_editions
from stories.public.pages.resolve import get_page_under
from stories.public.pages.works.fragments import Fragments, parse_fragments
from stories.public.pages.works.sections import PAPERS_ANCHOR

# The maximum number of preceding characters that are sent with new words, so that the script finds the right place.
CONTEXT_LENGTH = 40
# If there are more announced editions than this, the oldest are compared as one, because each comparison takes some
# milliseconds.
MAX_SPANS = 8
# The number of changes that are listed before a reader asks for all.
MAX_LISTED = 5
# The ids of parts of the page, keyed by the code in the comparison. Changes to sources themselves are left out; a new
# citation is a change to the text that contains it.
_PART_IDS = {"lead_picture": "lead", "questions": "questions", "topics": "topics", "method_note": "method"}
_HEAD_IDS = {"headline": "top", "standfirst": "standfirst"}
_IGNORED_MARKS = ("cite:", "note", "picture:")


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """A changed part of the live page.

    ``at`` is the id of the part. ``words`` holds a pair for each run of new words: the text before them, and the new
    words. ``is_new`` says that the whole part is new.
    """

    at: str
    words: tuple[tuple[str, str], ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class PlacedChange:
    """An announced change with the part of the live page to which it leads: its id ``at`` and its heading."""

    stage: Stage
    at: str
    heading: str


@dataclass(frozen=True, slots=True)
class PlacedClaimChange:
    """A change to a point, with the newest announced edition that changed it; ``at`` is an id on the live page."""

    change: ClaimChange
    stage: Stage
    at: str


@dataclass(frozen=True, slots=True)
class ChangesSinceVisit:
    """The changes announced since the edition with the number ``read``, oldest first.

    ``claims`` are the points that differ from that edition and that an announced edition changed, in page order.
    ``places`` are the parts of the live page that differ from that edition because of these changes, points last. If no part
    differs, the list of changes is the only place; if no change was announced, there are no places. ``to`` is the
    number of the live edition.
    """

    edition: Edition
    at: datetime
    read: int
    to: int
    announced: tuple[PlacedChange, ...]
    claims: tuple[PlacedClaimChange, ...]
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
        announced: tuple[PlacedChange, ...] = ()
        claims: tuple[PlacedClaimChange, ...] = ()
        places: tuple[ChangedPlace, ...] = ()
        if spans := _announced_spans(stages, number):
            whole = (number - 1, len(stages) - 1)
            compared_spans = {whole, *spans}
            with_documents = Edition.objects.select_related("document").fetch_mode(FETCH_RAISE)
            editions = with_documents.in_bulk({stages[index].edition.pk for span in compared_spans for index in span})
            pairs = {span: [editions[stages[index].edition.pk] for index in span] for span in compared_spans}
            with translation.override(edition.language):
                places_by_span = {span: dict(_iter_changed_places(*pair)) for span, pair in pairs.items()}
                headings = _list_headings(parse_fragments(editions[stages[-1].edition.pk]))
                claims_by_span = {span: compare_claims(*pair) for span, pair in pairs.items()}
            changed_in = {change.uid: stages[span[1]] for span in spans for change in claims_by_span[span]}
            claims = tuple(
                PlacedClaimChange(change, changed_in[change.uid], change.anchor or "changes")
                for change in claims_by_span[whole]
                if change.uid in changed_in
            )
            points = {claim.change.uid: claim for claim in claims if claim.change.kind != "removed"}
            headings |= {claim.at: claim.change.claim for claim in points.values()}
            announced = tuple(
                _place_change(
                    stage,
                    places_by_span.get((index - 1, index), {}),
                    places_by_span[whole],
                    [
                        points[change.uid].at
                        for change in claims_by_span.get((index - 1, index), ())
                        if change.uid in points
                    ],
                    headings,
                )
                for index, stage in enumerate(stages)
                if index >= number and stage.is_announced
            )
            places = (
                *_select_announced(places_by_span[whole], [places_by_span[span] for span in spans]),
                *(ChangedPlace(claim.at, ()) for claim in points.values()),
            ) or (ChangedPlace("changes", ()),)
        return cls(edition, at, number, len(stages), announced, claims, places)

    @property
    def newest(self) -> tuple[PlacedChange, ...]:
        """The changes that are listed first, newest first."""
        return self.announced[: -MAX_LISTED - 1 : -1]

    @property
    def older(self) -> tuple[PlacedChange, ...]:
        """The other changes, newest first."""
        return self.announced[-MAX_LISTED - 1 :: -1]

    @property
    def first_claims(self) -> tuple[PlacedClaimChange, ...]:
        """The changed points that are listed first."""
        return self.claims[:MAX_LISTED]

    @property
    def more_claims(self) -> tuple[PlacedClaimChange, ...]:
        """The other changed points."""
        return self.claims[MAX_LISTED:]

    @property
    def summary(self) -> str:
        """The number of announced changes in words, or an empty string. ``{day}`` stands for the time of the visit."""
        number = len(self.announced)
        sentence = ngettext("{number} change since your visit {day}", "{number} changes since your visit {day}", number)
        return sentence.replace("{number}", str(number)) if number else ""

    @property
    def corrections(self) -> str:
        """The number of corrections among the changes in words, or an empty string."""
        number = sum(change.stage.is_correction for change in self.announced)
        return ngettext("{number} correction", "{number} corrections", number).format(number=number) if number else ""

    def body(self) -> dict[str, object]:
        """Return the JSON body, with its words in the story's language."""
        with translation.override(self.edition.language):
            return {
                "from": self.read,
                "to": self.to,
                "said": self.summary,
                "corrections": self.corrections,
                "changes": [
                    {
                        "edition": change.stage.number,
                        "label": str(change.stage.number),
                        "at": change.stage.edition.live_from.isoformat(timespec="seconds"),
                        "kind": change.stage.edition.change,
                        "words": change.stage.change_text,
                        "place": change.at,
                    }
                    for change in self.announced
                ],
                "claims": [
                    {
                        "uid": str(claim.change.uid),
                        "claim": claim.change.claim,
                        "kind": claim.change.kind,
                        "before": claim.change.before,
                        "after": claim.change.after,
                        "outlet": claim.change.outlets,
                        "edition": claim.stage.number,
                        "at": claim.stage.edition.live_from.isoformat(timespec="seconds"),
                        "anchor": claim.at,
                        "sentence": claim.change.sentence,
                    }
                    for claim in self.claims
                ],
                "places": [{"at": place.at, "words": place.words, "is_new": place.is_new} for place in self.places],
                "list": render_to_string("public/visit_changes.html", {"page": self}) if self.announced else "",
            }


def _announced_spans(stages: Sequence[Stage], number: int) -> list[tuple[int, int]]:
    """Return the spans of announced editions after the ``number``-th edition, oldest first.

    A span is a pair of indexes in ``stages``: the index of the edition before the span, and the index of its last
    edition. Each announced edition is a span, except that the oldest beyond ``MAX_SPANS`` are one.
    """
    announced = [index for index in range(number, len(stages)) if stages[index].is_announced]
    oldest, newest = announced[: 1 - MAX_SPANS], announced[1 - MAX_SPANS :]
    if len(announced) < MAX_SPANS:
        oldest, newest = [], announced
    spans = [(index - 1, index) for index in newest]
    return [(oldest[0] - 1, oldest[-1]), *spans] if oldest else spans


def _place_change(
    stage: Stage,
    changed: Mapping[str, ChangedPlace],
    whole: Mapping[str, ChangedPlace],
    points: Iterable[str],
    headings: Mapping[str, str],
) -> PlacedChange:
    """Return the change with the first part of the text in which it lies, or a point, or else with the list of changes.

    ``changed`` are the places of this edition, and ``whole`` those of the live page, where a section may have another
    id. ``points`` are the ids of its changed points. The head of the page comes last, because an update often changes
    the headline as well.
    """
    ids = [*(whole[key].at if key in whole else place.at for key, place in changed.items()), *points]
    ids = sorted((at for at in ids if at in headings), key=lambda at: at in (*_HEAD_IDS.values(), "lead", "changes"))
    at = ids[0] if ids else "changes"
    return PlacedChange(stage, at, headings[at])


def _list_headings(fragments: Fragments) -> dict[str, str]:
    """Return the headings of the parts of the page, keyed by id, in the active language."""
    if not isinstance(fragments, ExplainerFragments):
        raise TypeError("Only stories have changes since a visit.")
    sections = {section.anchor: section.heading for section in fragments.sections if section.body_html}
    has_facts = any(section.kind == HAPPENED.code and section.body_html for section in fragments.sections)
    papers = _find_papers(fragments)
    passages = {f"passage-{position}": papers[1] for position, _ in enumerate(fragments.passages, start=1)}
    return {
        "top": gettext("Headline"),
        **({} if has_facts else {"standfirst": gettext("Standfirst")}),
        "lead": gettext("Lead picture"),
        **sections,
        **({papers[0]: papers[1], **passages} if passages else {}),
        "questions": fragments.questions_heading,
        "topics": fragments.topics_heading,
        "method": gettext("How this page was made"),
        "changes": gettext("What changed on this page"),
    }


def _find_papers(fragments: ExplainerFragments) -> tuple[str, str]:
    """Return the id and the heading of *What the papers say*."""
    papers = next((section for section in fragments.sections if section.kind == PAPERS.code), None)
    return (papers.anchor, papers.heading) if papers else (PAPERS_ANCHOR, PAPERS.heading)


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
            yield ChangedPlace(place.at, tuple(pairs), place.is_new)


def _iter_changed_places(before: Edition, after: Edition) -> Iterator[tuple[str, ChangedPlace]]:
    """Yield the changed places of ``after`` in order, each with the key of the change.

    The place of a removed passage is its section, and that of a removed section is the list of changes.
    """
    comparison, fragments = compare_editions(before, after), parse_fragments(after)
    if comparison is None or not isinstance(fragments, ExplainerFragments):
        return
    removed_from = _find_papers(fragments)[0] if fragments.passages else "changes"
    for part in comparison.parts:
        if part.code in _PART_IDS:
            yield part.code, ChangedPlace(_PART_IDS[part.code], tuple(_iter_new_words(part.fields)))
        elif part.code == "head":
            for field in part.fields:
                if field.code in _HEAD_IDS:
                    yield field.code, ChangedPlace(_HEAD_IDS[field.code], tuple(_iter_new_words([field])))
        elif part.code == "section" and (part.fields or part.is_moved or part.state != "edited"):
            anchor = fragments.sections[part.section_number - 1].anchor if part.section_number else "changes"
            words = tuple(_iter_new_words(part.fields)) if part.state == "edited" else ()
            yield part.key, ChangedPlace(anchor, words, part.state == "added")
        for row in part.rows if part.code in {"section", "passages"} else ():
            at = f"passage-{row.position_after}" if row.position_after else removed_from
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
