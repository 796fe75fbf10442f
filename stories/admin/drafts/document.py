"""The submitted form of a work, and the document that it would make if it were saved now.

Nothing is locked or written. Live preview, findings, conflicts, the comparison of unsaved text and autosave use it.

Incomplete input is accepted. A value that a document cannot hold is left out, or keeps its saved value: an address that
is not one, the number of a source that does not exist, the second of two sections of one kind. What the form has no
field for, such as where plain text begins a paragraph, comes from ``base``, the document that was saved last.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from newsroom.accounts.models import User
from newsroom.text.fold import fold
from stories.admin.drafts.posted import Row, SubmittedForm, index_by_uid
from stories.admin.drafts.references import assign_numbers, build_citations, build_images, build_placed_image
from stories.documents import (
    SECTION_KINDS,
    Answer,
    AnyDocument,
    AskedQuestion,
    Explainer,
    NamedContributor,
    NamedTopic,
    PartHeadings,
    Passage,
    QuestionPage,
    Section,
)
from stories.documents.fields import field_specs, title_field
from stories.documents.headings import usual_heading
from stories.documents.schema import FREE, PAPERS
from stories.documents.walk import list_texts
from stories.drafts.citations import sort_outlets
from stories.drafts.typed_names import FoundNames, TypedNames
from stories.models import FAQ, Story, Work, WorkKind

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAX_LANGUAGE_TAG_LENGTH = 35


# Texts that a document leaves out while their row, or the field beside them, names nothing that can be found.
DEPENDENT_TEXTS = {
    "citations": ("title", "outlet_name", "author", "url"),
    "pictures": ("alt", "caption", "credit"),
    "story_questions": ("question", "teaser"),
}
DEPENDENT_LEAD_TEXTS = ("lead_alt", "lead_caption", "lead_credit")


@dataclass(frozen=True)
class DraftForm:
    """The form of ``work`` as it was submitted, whatever its errors.

    ``may_confirm`` says whether the tick at the title counts.
    """

    sent: SubmittedForm
    work: Work
    may_confirm: bool

    @classmethod
    def read(cls, posted: Mapping[str, str], work: Work, *, by: User) -> Self:
        """Parse POST data that ``by`` submitted; the work may be unsaved."""
        return cls(SubmittedForm.parse(posted), work, by.has_perm("stories.publish_work"))

    @cached_property
    def known(self) -> FoundNames:
        """What the names in the form refer to."""
        return FoundNames.look_up(_typed(self.sent), self.work)

    def document(self, base: AnyDocument) -> AnyDocument:
        """Return the document that the form makes of ``base``, which supplies what the form has no field for.

        Take at most eleven queries, whatever the length of the form.
        """
        numbers = assign_numbers(self.sent, base, given=self.work.citations_given)
        return _document(self.sent, base, self.known, numbers, may_confirm=self.may_confirm)

    def places(self, base: AnyDocument) -> dict[str, list[object]]:
        """Return by formset what names each row in ``document(base)``, by row number."""
        rows: dict[str, Mapping[int, object]] = {
            prefix: {row.index: row.uid for row in rows} for prefix, rows in self.sent.formsets.items()
        }
        numbers = assign_numbers(self.sent, base, given=self.work.citations_given)
        named: dict[str, Mapping[int, object]] = {
            **rows,
            "citations": numbers,
            "story_questions": _asked(self.sent, self.known),
        }
        return {prefix: list_with_gaps(each) for prefix, each in named.items()}

    def left_out(self, document: AnyDocument) -> list[str]:
        """Return the texts that were typed and that ``document``, made of this form, cannot hold."""
        head = self.sent.fields
        typed = [*head.names("byline_names"), *(head.text(name) for name in DEPENDENT_LEAD_TEXTS)]
        for prefix, names in DEPENDENT_TEXTS.items():
            typed += [row.text(name) for row in self.sent.rows(prefix) for name in names]
        held = " ".join(" ".join(each.text for each in list_texts(document)).split())
        return [text for text in dict.fromkeys(typed) if text and " ".join(text.split()) not in held]


def new_work(kind: WorkKind) -> Work:
    """Return an unsaved work."""
    return (Story if kind == WorkKind.STORY else FAQ)(kind=kind, slug="untitled")


def blank_document(work: Work) -> AnyDocument:
    """Return the document of a work that was never saved."""
    kind = Explainer if work.kind == "story" else QuestionPage
    return kind(uid=work.uid, slug=work.slug, language=work.language)


def list_with_gaps(named: Mapping[int, object]) -> list[object]:
    """Return a mapping by number as a list, with an empty string in each gap."""
    return [named.get(number, "") for number in range(max(named, default=-1) + 1)]


def _document(
    sent: SubmittedForm, base: AnyDocument, known: FoundNames, numbers: Mapping[int, int], *, may_confirm: bool
) -> AnyDocument:
    language = sent.fields.line("language")
    title = title_field(type(base))
    texts = {
        name: sent.fields.text(name) if spec.comparator == "text" else sent.fields.line(name)
        for name, spec in field_specs(type(base)).items()
        if spec.is_text
    }
    shared: dict[str, object] = {
        **texts,
        f"{title}_confirmed": sent.fields.is_checked(f"{title}_confirmed")
        if may_confirm
        else getattr(base, f"{title}_confirmed") and texts[title] == getattr(base, title),
        "uid": base.uid,
        "slug": base.slug,
        "language": language
        if _LANGUAGE.fullmatch(language) and len(language) <= MAX_LANGUAGE_TAG_LENGTH
        else base.language,
        "topics": tuple(_topics(sent, known)),
        "citations": tuple(build_citations(sent, base, known, numbers)),
        "pictures": tuple(build_images(sent, base, known)),
        "cut_off": sent.fields.is_checked("cut_off"),
    }
    if isinstance(base, Explainer):
        return _explainer(sent, base, known, shared)
    return QuestionPage.model_validate(
        shared
        | {
            "answers": tuple(
                Answer(uid=row.uid, question=row.line("question"), text=row.text("text"), as_of=row.day("as_of"))
                for row in sent.rows("answers")
                if not row.is_empty
            ),
        }
    )


def _typed(sent: SubmittedForm) -> TypedNames:
    citations = list(sent.rows("citations"))
    outlets = [name for row in sent.rows("passages") for name in row.names("outlet_names")]
    return TypedNames(
        outlets=[*outlets, *(row.line("outlet_name") for row in citations)],
        topics=[row.line("name") for row in sent.rows("work_topics")],
        questions=[row.line("question") for row in sent.rows("story_questions")],
        contributors=sent.fields.names("byline_names"),
        pictures=[sent.fields.line("lead"), *(row.line("picture") for row in sent.rows("pictures"))],
        article_urls=[row.line("url") for row in citations if row.number is None],
    )


def _explainer(sent: SubmittedForm, base: Explainer, known: FoundNames, shared: dict[str, object]) -> Explainer:
    head, language = sent.fields, str(shared["language"])
    numbers = {cited.number for cited in shared["citations"]}  # type: ignore[attr-defined]  # citations
    lead = known.pictures.get(head.line("lead"))
    return Explainer.model_validate(
        shared
        | {
            "lead_picture": build_placed_image(head, "lead_", uid=base.uid, image=lead.uid) if lead else None,
            "byline": tuple(
                NamedContributor(uid=person.uid, name=person.name)
                for name in head.names("byline_names")
                if (person := known.contributors.get(fold(name)))
            ),
            "sections": tuple(_sections(sent, base, language)),
            "passages": tuple(_passages(sent, base, known, numbers)),
            "questions": tuple(_questions(sent, known)),
            "headings": base.headings
            if base.headings != PartHeadings.usual(base.language)
            else PartHeadings.usual(language),
        }
    )


def _sections(sent: SubmittedForm, base: Explainer, language: str) -> Iterator[Section]:
    before = index_by_uid(base.sections)
    seen: set[str] = set()
    for row in sent.rows("sections"):
        is_old = row.uid in before
        kind = before[row.uid].kind if is_old else row.line("kind")
        if not is_old and not kind and row.is_empty:
            continue
        if kind not in SECTION_KINDS or kind in seen:
            kind = FREE.code
        if kind != FREE.code:
            seen.add(kind)
        yield Section(
            uid=row.uid,
            kind=kind,
            heading=row.line("heading") or usual_heading(kind, language),
            text="" if kind == PAPERS.code else row.text("text"),
        )


def _passages(sent: SubmittedForm, base: Explainer, known: FoundNames, numbers: set[int]) -> Iterator[Passage]:
    before = index_by_uid(base.passages)
    for row in sent.rows("passages"):
        if row.is_empty and row.uid not in before:
            continue
        names = {fold(name): name for name in row.names("outlet_names")}
        named = {outlet.pk: outlet for folded in names if (outlet := known.outlets.get(folded))}
        proposed = [name for folded, name in names.items() if folded and folded not in known.outlets]
        yield Passage(
            uid=row.uid,
            text=row.text("text"),
            outlets=sort_outlets(row.text("text"), named.values(), proposed),
            opens_paragraph=row.uid in before and before[row.uid].opens_paragraph,
            sources=tuple(sorted(numbers & set(row.numbers("source_numbers")))),
        )


def _questions(sent: SubmittedForm, known: FoundNames) -> Iterator[AskedQuestion]:
    seen = set()
    for row in sent.rows("story_questions"):
        faq, words = _question(row, known), row.line("question")
        uid = faq.uid if faq else row.uid
        if words and uid not in seen:
            seen.add(uid)
            teaser = row.text("teaser") or (faq.introduction if faq else "")
            yield AskedQuestion(uid=uid, question=words, teaser=teaser)


def _question(row: Row, known: FoundNames) -> FAQ | None:
    """Return the question of a row."""
    # A row of a known question whose wording differs keeps that question: the wording is this story's own.
    return known.questions.get(fold(row.line("question"))[:300]) or known.story_questions.get(row.uid)


def _asked(sent: SubmittedForm, known: FoundNames) -> dict[int, object]:
    rows = sent.formsets.get("story_questions", [])
    return {row.index: faq.uid if (faq := _question(row, known)) else row.uid for row in rows}


def _topics(sent: SubmittedForm, known: FoundNames) -> Iterator[NamedTopic]:
    for row in sent.rows("work_topics"):
        if name := row.line("name")[:200]:
            topic = known.topics.get(fold(name))
            yield NamedTopic(
                uid=row.uid,
                topic=topic.uid if topic else None,
                name=topic.name if topic else name,
                description=row.text("description"),
                explain=row.is_checked("explain"),
            )
