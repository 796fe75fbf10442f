"""Convert the submitted form of a work to the document that saving the form would create.

Nothing is locked or written. The live preview, conflicts and autosave use this module.

Incomplete input is accepted. A value that a document cannot contain, such as an invalid URL, is left out or keeps its
saved value. Values without a field on the form, such as whether a passage opens a paragraph, come from ``base``, the
document that the form edits.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, get_args
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.text.fold import fold
from stories.admin.drafts.claims import build_claims, list_unread_values
from stories.admin.drafts.forecasts import build_forecasts, list_unread_numbers
from stories.admin.drafts.posted import Fields, Row, SubmittedForm, index_by_uid
from stories.admin.drafts.references import assign_numbers, build_citations, build_images, build_placed_image
from stories.admin.drafts.short_references import resolve_values
from stories.documents import (
    SECTION_KINDS,
    Answer,
    AnyDocument,
    AskedQuestion,
    Explainer,
    KeyFigure,
    NamedContributor,
    NamedTopic,
    PartHeadings,
    Passage,
    QuestionPage,
    Section,
)
from stories.documents.fields import FieldSpec, field_specs, title_field
from stories.documents.headings import usual_heading
from stories.documents.schema import FREE, PAPERS, AnswerState
from stories.documents.since import FIRST_SCHEMA
from stories.documents.walk import list_texts, replace_values
from stories.drafts.citations import sort_outlets
from stories.drafts.typed_names import FoundNames, TypedNames
from stories.models import FAQ, Story, Work, WorkKind

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAX_LANGUAGE_TAG_LENGTH = 35


# Fields whose texts are left out of the document if their row has no valid reference, such as a URL or an image. The
# texts of the lead image are left out if there is no lead image.
DEPENDENT_TEXTS = {
    "citations": ("title", "outlet_name", "author", "url"),
    "pictures": ("alt", "caption", "credit"),
    "story_questions": ("question", "teaser"),
}
DEPENDENT_LEAD_TEXTS = ("lead_alt", "lead_caption", "lead_credit")
_OWN_DAYS = ("open_since", "short_answer_as_of", "short_answer_expires_on")
_DAYS = {
    "citations": ("published_on",),
    "answers": ("as_of", "expires_on"),
    "claims": ("as_of",),
    "cells": ("as_of",),
    "figures": ("as_of",),
    "forecasts": ("said_on", "due_on", "decided_on"),
}  # names of fields with a date, keyed by formset prefix


@dataclass(frozen=True)
class DraftForm:
    """The form of ``work`` as submitted, valid or not.

    ``may_confirm`` says whether the user may confirm the title; if not, its checkbox is ignored.
    """

    submitted: SubmittedForm
    work: Work
    may_confirm: bool

    @classmethod
    def read(cls, posted: Mapping[str, str], work: Work, *, by: User) -> Self:
        """Parse POST data that ``by`` submitted, with short references or uids; the work may be unsaved."""
        resolved = {**posted, **resolve_values(posted, by=by).texts}
        return cls(SubmittedForm.parse(resolved), work, by.has_perm("stories.publish_work"))

    @cached_property
    def known(self) -> FoundNames:
        """The objects to which the names in the form refer."""
        return FoundNames.look_up(_list_typed_names(self.submitted), self.work)

    def document(self, base: AnyDocument) -> AnyDocument:
        """Return the resulting document; ``base`` supplies the values for which the form has no field.

        The number of queries does not depend on the length of the form.
        """
        numbers = assign_numbers(self.submitted, base, given=self.work.citations_given)
        return _build_document(self.submitted, base, self.known, numbers, may_confirm=self.may_confirm)

    def list_rows(self, base: AnyDocument) -> dict[str, list[object]]:
        """Return the identifiers of rows in ``document(base)``, keyed by formset prefix, each at its row's index."""
        rows: dict[str, Mapping[int, object]] = {
            prefix: {row.index: row.uid for row in rows} for prefix, rows in self.submitted.formsets.items()
        }
        numbers = assign_numbers(self.submitted, base, given=self.work.citations_given)
        identifiers: dict[str, Mapping[int, object]] = {
            **rows,
            "citations": numbers,
            "story_questions": _question_uids(self.submitted, self.known),
        }
        return {prefix: list_with_gaps(each) for prefix, each in identifiers.items()}

    def list_questions_to_publish(self) -> list[FAQ]:
        """Return the existing questions that are ticked for publication with the story."""
        ticked = [row for row in self.submitted.rows("story_questions") if row.is_checked("goes_out")]
        return [faq for row in ticked if (faq := _find_question(row, self.known))]

    def list_left_out(self, document: AnyDocument) -> list[str]:
        """Return the typed texts that are missing from ``document``, which was made from this form."""
        fields, rows = self.submitted.fields, self.submitted.rows
        # A document contains names as they are stored, which may differ from what was typed.
        typed = [name for name in fields.names("byline_names") if fold(name) not in self.known.contributors]
        images = [fields.line("lead"), *(row.line("picture") for row in rows("pictures"))]
        typed += [title for title in images if title not in self.known.pictures]
        typed += [fields.text(name) for name in DEPENDENT_LEAD_TEXTS]
        typed += [row.text("text") for row in rows("sections")]  # the section on papers has no text
        typed += [fields.line(name) for name in _OWN_DAYS if fields.day(name) is None]
        for prefix, names in _DAYS.items():
            typed += [row.line(name) for row in rows(prefix) for name in names if row.day(name) is None]
        typed += list_unread_values(self.submitted)
        typed += list_unread_numbers(self.submitted)
        for prefix, names in DEPENDENT_TEXTS.items():
            typed += [row.text(name) for row in rows(prefix) for name in names]
        texts = [each.text for each in list_texts(document)]
        # The text of a source has each field on a separate line, and the names in a byline are separated by semicolons.
        parts = [part for text in texts for part in (text, *text.splitlines(), *text.split(";"))]
        contained = {" ".join(part.split()) for part in parts}
        contained |= {row.line("outlet_name") for row in rows("citations") if self._has_known_outlet(row)}
        return [text for text in dict.fromkeys(typed) if text and " ".join(text.split()) not in contained]

    def _has_known_outlet(self, row: Row) -> bool:
        """Return whether a source has a URL and the name of an existing outlet, under any of its names."""
        return bool(row.line("url")) and fold(row.line("outlet_name")) in self.known.outlets


def new_work(kind: WorkKind) -> Work:
    """Return an unsaved work."""
    return (Story if kind == WorkKind.STORY else FAQ)(kind=kind, slug="untitled")


def blank_document(work: Work) -> AnyDocument:
    """Return the document of a work that has never been saved."""
    kind = Explainer if work.kind == "story" else QuestionPage
    return kind(uid=work.uid, slug=work.slug, language=work.language)


def list_with_gaps(values: Mapping[int, object]) -> list[object]:
    """Return a list with each value at the index that is its key, and with an empty string at each missing index."""
    return [values.get(number, "") for number in range(max(values, default=-1) + 1)]


def _build_document(
    submitted: SubmittedForm, base: AnyDocument, known: FoundNames, numbers: Mapping[int, int], *, may_confirm: bool
) -> AnyDocument:
    language = submitted.fields.line("language")
    title = title_field(type(base))
    fields = submitted.fields
    texts = {
        name: {"text": fields.text, "day": fields.day}.get(spec.comparator, fields.line)(name)
        for name, spec in field_specs(type(base)).items()
        if spec.is_text
    }
    # A form without one of these fields leaves its value as it is.
    texts |= {
        name: getattr(base, name)
        for name, spec in field_specs(type(base)).items()
        if spec.since > FIRST_SCHEMA and not fields.has(name)
    }
    shared: dict[str, object] = {
        **texts,
        f"{title}_confirmed": submitted.fields.is_checked(f"{title}_confirmed")
        if may_confirm
        else getattr(base, f"{title}_confirmed") and texts[title] == getattr(base, title),
        "uid": base.uid,
        "slug": base.slug,
        "language": language
        if _LANGUAGE.fullmatch(language) and len(language) <= MAX_LANGUAGE_TAG_LENGTH
        else base.language,
        "topics": tuple(_build_topics(submitted, known)),
        "citations": tuple(build_citations(submitted, base, known, numbers)),
        "pictures": tuple(build_images(submitted, base, known)),
        "cut_off": submitted.fields.is_checked("cut_off"),
    }
    if isinstance(base, Explainer):
        return _build_explainer(submitted, base, known, shared)
    saved_answers = index_by_uid(base.answers)
    return QuestionPage.model_validate(
        shared
        | {
            "state": _read_state(fields, base.state),
            "answers": tuple(
                _build_answer(row, saved_answers) for row in submitted.rows("answers") if not row.is_empty
            ),
        }
    )


def _build_answer(row: Row, saved: Mapping[UUID, Answer]) -> Answer:
    old = saved.get(row.uid)
    return Answer(
        uid=row.uid,
        question=row.line("question"),
        text=row.text("text"),
        as_of=row.day("as_of"),
        state=_read_state(row, old.state if old else ""),
        expires_on=old.expires_on if old and not row.has("expires_on") else row.day("expires_on"),
    )


def _read_state(fields: Fields, old: AnswerState) -> AnswerState:
    """Return the submitted state of a question, or else ``old``."""
    if not fields.has("state"):
        return old
    return next((code for code in get_args(AnswerState) if code == fields.line("state")), old)


def _list_typed_names(submitted: SubmittedForm) -> TypedNames:
    citations = list(submitted.rows("citations"))
    outlets = [name for row in submitted.rows("passages") for name in row.names("outlet_names")]
    cells = submitted.rows("cells")
    return TypedNames(
        outlets=[*outlets, *(row.line("outlet_name") for row in (*citations, *cells))],
        topics=[row.line("name") for row in submitted.rows("work_topics")],
        questions=[row.line("question") for row in submitted.rows("story_questions")],
        contributors=submitted.fields.names("byline_names"),
        pictures=[submitted.fields.line("lead"), *(row.line("picture") for row in submitted.rows("pictures"))],
        article_urls=[row.line("url") for row in citations if row.number is None],
    )


def _build_explainer(
    submitted: SubmittedForm, base: Explainer, known: FoundNames, shared: dict[str, object]
) -> Explainer:
    fields, language = submitted.fields, str(shared["language"])
    numbers = {cited.number for cited in shared["citations"]}  # type: ignore[attr-defined]  # a tuple of CitedArticle
    lead = known.pictures.get(fields.line("lead"))
    kept = _remove_sources(base, numbers)
    return Explainer.model_validate(
        shared
        | {
            "lead_picture": build_placed_image(fields, "lead_", uid=base.uid, image=lead.uid) if lead else None,
            "byline": tuple(
                NamedContributor(uid=person.uid, name=person.name)
                for name in fields.names("byline_names")
                if (person := known.contributors.get(fold(name)))
            ),
            "sections": tuple(_build_sections(submitted, base, language)),
            "passages": tuple(_build_passages(submitted, base, known, numbers)),
            "claims": tuple(build_claims(submitted, kept, known, numbers, language)),
            "figures": tuple(_build_figures(submitted, base, numbers)),
            "questions": tuple(_build_questions(submitted, known)),
            "forecasts": tuple(build_forecasts(submitted, kept.forecasts, known, numbers)),
            "origins": kept.origins,
            "unexamined": kept.unexamined,
            "headings": base.headings
            if base.headings != PartHeadings.usual(base.language)
            else PartHeadings.usual(language),
        }
    )


def _build_sections(submitted: SubmittedForm, base: Explainer, language: str) -> Iterator[Section]:
    saved_sections = index_by_uid(base.sections)
    used_kinds: set[str] = set()
    for row in submitted.rows("sections"):
        is_old = row.uid in saved_sections
        kind = saved_sections[row.uid].kind if is_old else row.line("kind")
        if not is_old and not kind and row.is_empty:
            continue
        if kind not in SECTION_KINDS or kind in used_kinds:
            kind = FREE.code
        if kind != FREE.code:
            used_kinds.add(kind)
        yield Section(
            uid=row.uid,
            kind=kind,
            heading=row.line("heading") or usual_heading(kind, language),
            text="" if kind == PAPERS.code else row.text("text"),
        )


def _build_passages(
    submitted: SubmittedForm, base: Explainer, known: FoundNames, numbers: set[int]
) -> Iterator[Passage]:
    saved_passages = index_by_uid(base.passages)
    for row in submitted.rows("passages"):
        if row.is_empty and row.uid not in saved_passages:
            continue
        names = {fold(name): name for name in row.names("outlet_names")}
        outlets = {outlet.pk: outlet for folded in names if (outlet := known.outlets.get(folded))}
        proposed = [name for folded, name in names.items() if folded and folded not in known.outlets]
        yield Passage(
            uid=row.uid,
            text=row.text("text"),
            outlets=sort_outlets(row.text("text"), outlets.values(), proposed),
            opens_paragraph=row.uid in saved_passages and saved_passages[row.uid].opens_paragraph,
            sources=tuple(sorted(numbers & set(row.numbers("source_numbers")))),
        )


def _build_figures(submitted: SubmittedForm, base: Explainer, numbers: set[int]) -> Iterator[KeyFigure]:
    saved_figures = index_by_uid(base.figures)
    for row in submitted.rows("figures"):
        if not row.is_empty or row.uid in saved_figures:
            yield KeyFigure(
                uid=row.uid,
                value=row.line("value"),
                counts=row.line("counts"),
                according_to=row.line("according_to"),
                as_of=row.day("as_of"),
                source=next((number for number in row.numbers("source") if number in numbers), None),
            )


def _remove_sources(base: Explainer, numbers: set[int]) -> Explainer:
    """Return ``base`` without the numbers of sources that are not on the form."""

    def remove_missing(name: str, spec: FieldSpec, value: object) -> object:
        if spec.comparator != "numbers":
            return value
        if isinstance(value, tuple):
            return tuple(number for number in value if number in numbers)
        return value if value in numbers else None

    kept = replace_values(base, remove_missing)
    assert isinstance(kept, Explainer)  # noqa: S101  # as ``base`` is
    return kept


def _build_questions(submitted: SubmittedForm, known: FoundNames) -> Iterator[AskedQuestion]:
    used_uids = set()
    for row in submitted.rows("story_questions"):
        faq, wording = _find_question(row, known), row.line("question")
        uid = faq.uid if faq else row.uid
        if wording and uid not in used_uids:
            used_uids.add(uid)
            teaser = row.text("teaser") or (faq.usual_teaser if faq else "")
            yield AskedQuestion(uid=uid, question=wording, teaser=teaser)


def _find_question(row: Row, known: FoundNames) -> FAQ | None:
    # If no question has the text of a saved row, the row keeps its question, and the text becomes this story's wording.
    return known.questions.get(fold(row.line("question"))[:300]) or known.story_questions.get(row.uid)


def _question_uids(submitted: SubmittedForm, known: FoundNames) -> dict[int, object]:
    rows = submitted.formsets.get("story_questions", [])
    return {row.index: faq.uid if (faq := _find_question(row, known)) else row.uid for row in rows}


def _build_topics(submitted: SubmittedForm, known: FoundNames) -> Iterator[NamedTopic]:
    for row in submitted.rows("work_topics"):
        if name := row.line("name")[:200]:
            topic = known.topics.get(fold(name))
            yield NamedTopic(
                uid=row.uid,
                topic=topic.uid if topic else None,
                name=topic.name if topic else name,
                description=row.text("description"),
                explain=row.is_checked("explain"),
            )
