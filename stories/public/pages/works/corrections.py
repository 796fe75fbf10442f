"""Corrections in place: each directly after the paragraph that it corrects."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from django.template.loader import render_to_string

from stories.documents.render import ExplainerFragments, QuestionFragments
from stories.documents.render.paragraphs import collect_texts, find_sentence, split_paragraphs
from stories.editions.models import Edition
from stories.public.pages.history.changes import Stage

_MARK = '<i data-correction="{number}"></i>'
_MARKS = re.compile(r'<i data-correction="(\d+)"></i>')


@dataclass(frozen=True, slots=True)
class PlacedCorrections:
    """The corrections of a page: those with a place in its texts, and where each is.

    ``marks`` holds the position in the HTML and the number of each placed correction, keyed by the uid of the text.
    ``html`` holds the corrections as HTML, keyed by number.
    """

    marks: Mapping[UUID, Sequence[tuple[int, int]]] = field(default_factory=dict)
    html: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def place(
        cls,
        fragments: ExplainerFragments | QuestionFragments,
        corrections: Iterable[Stage],
        *,
        edition: Edition,
        at: datetime,
    ) -> Self:
        """Find a place for each of ``corrections`` on the page of ``edition``; those without one are left out."""
        corrections = sorted(corrections, key=lambda stage: stage.number)
        if not corrections:
            return cls()
        texts = collect_texts(fragments, edition.uid)
        marks: dict[UUID, list[tuple[int, int]]] = {}
        html: dict[int, str] = {}
        for stage in corrections:
            if place := _find_place(stage.edition, texts, is_shown=stage.edition.pk == edition.pk):
                marks.setdefault(place[0], []).append((place[1], stage.number))
                html[stage.number] = render_to_string("components/correction.html", {"stage": stage, "at": at})
        return cls(marks, html)

    def mark[F: (ExplainerFragments, QuestionFragments)](self, fragments: F) -> F:
        """Return ``fragments`` with a mark at the place of each correction. Only templates ``fill`` the marks."""
        if not self.marks:
            return fragments
        update: dict[str, object] = {}
        for name in ("sections", "passages", "answers"):
            if parts := getattr(fragments, name, ()):
                update[name] = tuple(
                    part.model_copy(update={"body_html": self._add_marks(part.uid, part.body_html)}) for part in parts
                )
        if figures := getattr(fragments, "figures", ()):
            update["figures"] = tuple(
                figure.model_copy(update={"correction_html": self._add_marks(figure.uid, "")}) for figure in figures
            )
        return fragments.model_copy(update=update)

    def mark_opening(self, uid: UUID, *texts: str) -> list[str]:
        """Return the texts that open the page of the work with this uid, one after another, with marks."""
        marks, marked = sorted(self.marks.get(uid, ())), []
        start = 0
        for number, html in enumerate(texts, start=1):
            end = start + len(html)
            # A mark between two texts belongs to the first, whose last paragraph it follows.
            own = [mark for mark in marks if number == len(texts) or (html and mark[0] <= end)]
            marks = marks[len(own) :]
            marked.append(_insert_marks(html, [(position - start, number) for position, number in own]))
            start = end
        return marked

    def _add_marks(self, uid: UUID, html: str) -> str:
        return _insert_marks(html, self.marks.get(uid, ()))

    def fill(self, html: str) -> str:
        """Return ``html`` with its marks replaced by the corrections."""
        return _MARKS.sub(lambda mark: self.html[int(mark[1])], html) if self.html else html


def _insert_marks(html: str, marks: Iterable[tuple[int, int]]) -> str:
    """Return ``html`` with the mark of each correction, given as a position and its number."""
    pieces: list[str] = []
    start = 0
    for position, number in sorted(marks):
        pieces += (html[start:position], _MARK.format(number=number))
        start = position
    return "".join([*pieces, html[start:]])


def _find_place(correction: Edition, texts: Mapping[UUID, str], *, is_shown: bool) -> tuple[UUID, int] | None:
    """Return the uid of the text that is corrected and a position in its HTML, or None.

    The stored paragraph counts only on the page of the correction itself (``is_shown``). On others, it is looked up by
    its words, first in the stored section. If it is gone, the correction is at the head of the section.
    """
    section, number = correction.corrected_section, correction.corrected_paragraph or 0
    own_text = {section: texts[section]} if section and section in texts else {}
    if section and own_text and is_shown and number < len(paragraphs := split_paragraphs(texts[section])):
        return section, paragraphs[number].end
    places = find_sentence(own_text, correction.is_right) or find_sentence(texts, correction.is_right)
    if places:
        place = min(places, key=lambda each: abs(each.number - number))
        return place.section, split_paragraphs(texts[place.section])[place.number].end
    return (section, 0) if section and own_text else None


def remove_marks(html: str) -> str:
    """Return ``html`` without the marks of corrections, for output that lists corrections by themselves."""
    return _MARKS.sub("", html)


def find_correction_anchor(corrections: Sequence[Stage], placed: Collection[int], *, has_changes: bool) -> str:
    """Return the id to which the link to ``corrections`` leads: to the only one in its place, or to the changes.

    The page of an earlier edition has no list of changes; its changes are compared at its end (``has_changes``).
    """
    if len(corrections) == 1 and corrections[0].number in placed:
        return corrections[0].anchor
    return "changes" if has_changes else "compared"
