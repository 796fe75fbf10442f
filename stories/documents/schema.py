"""Schema of the two kinds of document, explainers and question pages, and of the values in them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import Field, StringConstraints, model_validator

from newsroom.text.fold import fold
from stories.documents.fields import (
    FieldGroup,
    FieldSpec,
    FrozenModel,
    JointRule,
    NestedSpec,
    RowsSpec,
    flag_field,
    line_field,
    normalise_text,
    row_specs,
    text_field,
)
from stories.documents.headings import DEEPER, QUESTIONS, TOPICS, usual_heading

LAST_POSITION = 1_000

Text = Annotated[str, StringConstraints(max_length=200_000)]
Line = Annotated[str, StringConstraints(max_length=1_000)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]


class NamedOutlet(FrozenModel):
    """An outlet, with its name when the document was written. ``uid`` is None for a proposed name."""

    uid: UUID | None
    name: Line


def show_outlets(outlets: Iterable[NamedOutlet]) -> str:
    """Return the names of outlets, separated by semicolons."""
    return "; ".join(outlet.name for outlet in outlets)


def outlet_key(outlet: NamedOutlet) -> object:
    """Return the key that identifies an outlet: its uid, or its folded name if it is only proposed."""
    return outlet.uid or fold(outlet.name)


def _show_day(day: date | None) -> str:
    return day.isoformat() if day else ""


_UID = FieldSpec(_("Internal number"), "small", LAST_POSITION)
Uid = Annotated[UUID, _UID]


class NamedTopic(FrozenModel):
    """A topic as a work names it.

    ``uid`` identifies this use of the topic. ``topic`` is the uid of the topic, or None for a proposed name.
    ``description`` is this work's description of the topic, in Markdown. An import stores it even if the topic has a
    description of its own. ``explain`` allows the page to explain the first mention in place.
    """

    field_groups = (
        FieldGroup(
            ("topic", "name"),
            "name",
            show=lambda uid, name: name if uid else f"{name} (proposed)",
            merge_key=lambda uid, name: uid or fold(name),
        ),
    )

    uid: Uid
    topic: Annotated[UUID | None, FieldSpec(_("Linked topic"), "small", explained_by="name")]
    name: Annotated[Line, line_field(_("Name"), desk_name="Topic", is_title=True, max_length=200)]
    description: Annotated[Text, text_field(_("Description"))] = ""
    explain: Annotated[
        bool,
        flag_field(
            _("Explained at first mention"),
            "Explained in place",
            "Not explained in place",
            noun="explained in place",
        ),
    ] = True


class NamedContributor(FrozenModel):
    """A contributor in the byline, with the name when the document was written."""

    uid: Uid
    # The same uid means the same person, even with a new name.
    name: Annotated[
        Line, FieldSpec(_("Name"), "line", desk_name="Byline", merge_key=lambda name: None, is_text=True, is_title=True)
    ]


class CitedArticle(FrozenModel):
    """An article that ``[@number]`` cites; the number belongs to the work, never changes and is never reused."""

    number: Annotated[int, Field(ge=1), FieldSpec(_("New source number"), "other", 60, noun="number")]
    article: Annotated[UUID, FieldSpec(_("Linked article"), "small", 70, noun="article", is_subject=True)]
    outlet: Annotated[
        NamedOutlet,
        FieldSpec(
            _("Linked outlet"),
            "small",
            20,
            noun="outlet",
            show=lambda outlet: outlet.name,
            merge_key=outlet_key,
            is_text=True,
            explained_by="details",
        ),
    ]
    url: Annotated[
        str,
        StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$"),
        FieldSpec(_("Web address"), "value", 40, noun="address", is_text=True),
    ]
    title: Annotated[Line, line_field(_("Title"), position=10, is_title=True, max_length=500)]
    published_on: Annotated[
        date | None,
        FieldSpec(
            _("Day of publication"), "small", 30, noun="date", show=_show_day, is_text=True, explained_by="details"
        ),
    ] = None
    author: Annotated[
        Line, FieldSpec(_("Author"), "small", 30, is_text=True, explained_by="details", max_length=300)
    ] = ""
    paywalled: Annotated[
        bool,
        flag_field(
            _("Behind a paywall"), "Behind a paywall", "Free to read", comparator="flag", position=50, noun="paywall"
        ),
    ] = False


class PlacedPicture(FrozenModel):
    """An image as one work uses it. ``uid`` identifies this use; ``image`` is the uid of the image."""

    merge_rules = (
        JointRule(
            ("alt", "decorative"),
            "alt",
            "alternative text",
            show=lambda alt, is_decorative: f"{alt} (decorative)" if is_decorative else alt,
            is_wrong=lambda alt, is_decorative: bool(is_decorative and alt),
        ),
    )

    uid: Uid
    image: Annotated[UUID, FieldSpec(_("Another picture"), "other", noun="picture", is_subject=True)]
    alt: Annotated[Line, line_field(_("Alternative text"), desk_name="{title}: alternative text", is_checked=True)] = ""
    decorative: Annotated[bool, flag_field(_("Decorative"), "Decorative", "Not decorative", comparator="flag")] = False
    caption: Annotated[Text, text_field(_("Caption"), desk_name="{title}: caption")] = ""
    credit: Annotated[Line, line_field(_("Credit"), desk_name="{title}: credit", is_checked=True, max_length=300)] = ""


_TOPICS = RowsSpec(
    "Topic",
    "topics",
    800,
    match_keys=(lambda topic: (topic.topic, topic.name), lambda topic: topic.name),
    unique_by=(lambda topic: topic.topic or fold(topic.name),),
    max_rows=200,
    in_text=True,
)
_CITATIONS = RowsSpec(
    "Source",
    "sources",
    850,
    title=lambda cited: f"Source {cited.number}",
    label=lambda cited: cited.title or cited.url,
    key="number",
    match_keys=(lambda cited: cited.article,),
    unique_by=(lambda cited: cited.article, lambda cited: cited.url),
    separator="\n",
)
_PICTURES = RowsSpec(
    "Picture",
    "pictures in the text",
    820,
    title=lambda picture: "Picture in the text",
    label=lambda picture: picture.alt or picture.caption or gettext("Picture"),
    match_keys=(lambda picture: picture.image,),
    max_rows=200,
)


def confirmation_rule(name: str, label: str) -> JointRule:
    """Return the rule that a title stays confirmed only if it is the title that was confirmed."""
    return JointRule(
        (name, f"{name}_confirmed"),
        name,
        label,
        show=lambda title, is_confirmed: f"{title} ({'confirmed' if is_confirmed else 'proposed'})",
        is_wrong=lambda title, is_confirmed: bool(is_confirmed),
    )


class DocumentBase(FrozenModel):
    """Base class of both kinds of document: identity, shared fields, canonical form and digest."""

    uid: Uid
    slug: Annotated[
        str,
        StringConstraints(max_length=200),
        FieldSpec(_("Address"), "value", 900, merge_key=normalise_text, summary=_("address changed")),
    ]
    language: Annotated[
        LanguageTag, FieldSpec(_("Language"), "value", 910, merge_key=normalise_text, summary=_("language changed"))
    ] = "en"
    topics: Annotated[tuple[NamedTopic, ...], _TOPICS] = ()
    citations: Annotated[tuple[CitedArticle, ...], _CITATIONS] = ()
    pictures: Annotated[tuple[PlacedPicture, ...], _PICTURES] = ()
    cut_off: Annotated[
        bool,
        flag_field(
            _("Text is incomplete"),
            "The text is incomplete",
            "The text is complete",
            position=920,
            noun="Text is incomplete",
            in_text=True,
        ),
    ] = False

    @model_validator(mode="after")
    def _check_unique_citations(self) -> Self:
        numbers = [citation.number for citation in self.citations]
        if len(numbers) != len(set(numbers)):
            raise ValueError("Two sources have the same number.")
        for name in ("article", "url"):
            values = [getattr(citation, name) for citation in self.citations]
            if len(values) != len(set(values)):
                raise ValueError("Two sources are the same article.")
        return self

    def body(self) -> dict[str, object]:
        """Return the document as plain JSON values, the form in which the database stores it."""
        return self.model_dump(mode="json")

    def canonical(self) -> str:
        """Return the canonical JSON: sorted keys, no white space outside strings, non-ASCII characters unescaped."""
        return json.dumps(self.body(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """Return the hexadecimal SHA-256 of the canonical JSON; equal documents have equal digests."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def changed(self, **fields: object) -> Self:
        """Return a copy with the given fields replaced. Raise pydantic.ValidationError if the copy is invalid."""
        return self.model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **fields})


QUESTION_PAGE_SCHEMA = 1


class Answer(FrozenModel):
    """One answer of a question page: a narrower question, the text, and the day as of which it is true."""

    uid: Uid
    question: Annotated[
        Line,
        line_field(
            _("Question"),
            desk_name="Question of an answer",
            is_title=True,
            is_body=True,
            search="heading",
            max_length=300,
        ),
    ]
    text: Annotated[Text, text_field(_("Answer"), noun="text", is_body=True, search="text")]
    as_of: Annotated[date | None, FieldSpec(_("As of"), "day", desk_name="As of", show=_show_day, is_text=True)] = None


_ANSWERS = RowsSpec(
    "Answer",
    "answers",
    500,
    unique_by=(lambda answer: fold(answer.question[:300])[:300],),
    max_rows=200,
    in_text=True,
)


class QuestionPage(DocumentBase):
    """The document of a question."""

    merge_rules = (confirmation_rule("question", "Question"),)

    schema_number: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["question"] = "question"
    question: Annotated[
        Line,
        line_field(
            _("Question"),
            is_title=True,
            summary=_("question edited"),
            is_body=True,
            search="title",
            max_length=300,
            in_text=True,
        ),
    ] = ""
    question_confirmed: Annotated[
        bool,
        flag_field(_("Question confirmed"), "Confirmed", "Proposed", noun="Question confirmed", in_text=True),
    ] = False
    introduction: Annotated[
        Text,
        text_field(_("Introduction"), summary=_("introduction edited"), is_body=True, search="summary", in_text=True),
    ] = ""
    answers: Annotated[tuple[Answer, ...], _ANSWERS] = ()


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A kind of section.

    ``code`` is stored. ``position`` gives the usual order of the kinds, lowest first. With ``starting``, the *Add
    story* form contains a section of this kind. ``convention`` is the list convention of its Markdown (``timeline``,
    ``people`` or ``unknowns``), or empty.
    """

    code: str
    position: int
    starting: bool = False
    convention: str = ""

    @property
    def heading(self) -> str:
        """The usual heading in English, which the desk shows."""
        return usual_heading(self.code)


HAPPENED = SectionKind("happened", 10, starting=True)
BEHIND = SectionKind("behind", 20, starting=True)
PAPERS = SectionKind("papers", 30, starting=True)
BACKGROUND = SectionKind("background", 40, starting=True)
TIMELINE = SectionKind("timeline", 50, convention="timeline")
PEOPLE = SectionKind("people", 60, convention="people")
UNKNOWNS = SectionKind("unknowns", 70, convention="unknowns")
NEXT = SectionKind("next", 80)
FREE = SectionKind("free", 90)

SECTION_KINDS: dict[str, SectionKind] = {
    kind.code: kind for kind in (HAPPENED, BEHIND, PAPERS, BACKGROUND, TIMELINE, PEOPLE, UNKNOWNS, NEXT, FREE)
}
STARTING_KINDS: tuple[SectionKind, ...] = tuple(kind for kind in SECTION_KINDS.values() if kind.starting)


EXPLAINER_SCHEMA = 1


def _show_kind(code: str) -> str:
    return SECTION_KINDS[code].heading or "Other section"


class Section(FrozenModel):
    """A headed part of an explainer in Markdown. The *papers* section has no text; passages take its place."""

    merge_rules = (
        JointRule(
            ("kind", "text"),
            "text",
            "text",
            show=lambda kind, text: text,
            is_wrong=lambda kind, text: bool(kind == PAPERS.code and text),
        ),
    )

    uid: Uid
    kind: Annotated[
        str,
        StringConstraints(pattern="^(" + "|".join(SECTION_KINDS) + ")$"),
        FieldSpec(_("Another kind of section"), "other", 10, noun="kind", show=_show_kind),
    ]
    heading: Annotated[
        Line,
        line_field(_("Heading"), desk_name="Heading", is_title=True, is_body=True, search="heading", max_length=300),
    ]
    text: Annotated[Text, text_field(_("Text"), desk_name="{row.heading}", is_body=True, search="text")] = ""


_SECTIONS = RowsSpec(
    "Section",
    "sections",
    400,
    title=lambda section: section.heading or _show_kind(section.kind),
    label=lambda section: section.heading or SECTION_KINDS[section.kind].heading or gettext("Section"),
    match_keys=(lambda section: (section.heading, section.text) if section.kind == FREE.code else section.kind,),
    unique_by=(lambda section: None if section.kind == FREE.code else section.kind,),
    max_rows=100,
    in_text=True,
)


class Passage(FrozenModel):
    """A passage of *What the papers say*.

    A passage that names no outlet is a comparison in our own words. ``sources`` are the citation numbers of the
    articles on which it draws. With ``opens_paragraph``, it begins a new paragraph in plain text, so that passages
    imported as one paragraph are exported as one.
    """

    uid: Uid
    text: Annotated[Text, text_field(_("Passage"), position=10, noun="text", is_body=True, search="text")]
    outlets: Annotated[
        tuple[NamedOutlet, ...],
        FieldSpec(
            _("Outlets"),
            "line",
            desk_name="Outlets of a passage",
            show=show_outlets,
            merge_key=lambda outlets: frozenset(map(outlet_key, outlets)),
            is_text=True,
            is_title=True,
            hidden_change_label=_("Linked outlets"),
        ),
    ] = ()
    sources: Annotated[
        tuple[int, ...],
        FieldSpec(
            _("Sources"),
            "numbers",
            20,
            noun="sources",
            desk_name="Sources of a passage",
            show=lambda numbers: ", ".join(map(str, numbers)),
            merge_key=frozenset,
            is_text=True,
        ),
    ] = ()
    opens_paragraph: Annotated[
        bool,
        flag_field(
            _("Starts a paragraph in plain text"),
            "Starts a paragraph",
            "Continues the paragraph",
            position=30,
            noun="paragraph",
        ),
    ] = False


_PASSAGES = RowsSpec(
    "Passage",
    "passages",
    500,
    title=lambda passage: f"Passage: {show_outlets(passage.outlets) or 'our comparison'}",
    label=lambda passage: show_outlets(passage.outlets) or gettext("We compared"),
    match_keys=(lambda passage: (passage.outlets, passage.text), lambda passage: passage.text),
    max_rows=1_000,
    in_text=True,
)


class AskedQuestion(FrozenModel):
    """A question as a story asks it. ``uid`` is the uid of the question; ``question`` and ``teaser`` are copies."""

    uid: Annotated[UUID, FieldSpec(_("Linked to another question"), "other", LAST_POSITION)]
    question: Annotated[
        Line,
        line_field(
            _("Question"),
            noun="wording",
            desk_name="Question",
            is_title=True,
            is_body=True,
            search="heading",
            max_length=300,
        ),
    ]
    teaser: Annotated[Text, text_field(_("Teaser"), desk_name="Teaser: {row.question}", search="text")] = ""


_QUESTIONS = RowsSpec("Question", "questions", 600, max_rows=100, in_text=True)


class PartHeadings(FrozenModel):
    """The headings of the parts of a story that follow its sections."""

    deeper: Annotated[
        Line, line_field(_("Heading after the sections"), is_text=False, noun="Heading of “Go deeper”")
    ] = usual_heading(DEEPER)
    questions: Annotated[
        Line, line_field(_("Questions heading"), is_text=False, noun="Heading of “Common questions”")
    ] = usual_heading(QUESTIONS)
    topics: Annotated[
        Line, line_field(_("Topics heading"), is_text=False, noun="Heading of “More on these topics”")
    ] = usual_heading(TOPICS)

    @classmethod
    def usual(cls, language: str) -> Self:
        return cls(**{name: usual_heading(name, language) for name in cls.model_fields})


_BYLINE = RowsSpec(
    "Name",
    "names in the byline",
    200,
    title=lambda person: person.name,
    prefix="byline_names",
    separator="; ",
)
_LEAD_PICTURE = RowsSpec(
    "Lead picture",
    "lead pictures",
    300,
    title=lambda picture: "Lead picture",
    prefix="lead",
    is_single=True,
)


class Explainer(DocumentBase):
    """The document of a story; sections and passages are in the order that readers see."""

    merge_rules = (confirmation_rule("headline", "Headline"),)

    schema_number: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["story"] = "story"
    headline: Annotated[
        Line,
        line_field(
            _("Headline"),
            is_title=True,
            summary=_("headline edited"),
            is_body=True,
            search="title",
            max_length=300,
            in_text=True,
        ),
    ] = ""
    headline_confirmed: Annotated[
        bool,
        flag_field(_("Headline confirmed"), "Confirmed", "Proposed", noun="Headline confirmed", in_text=True),
    ] = False
    standfirst: Annotated[
        Text,
        text_field(
            _("Standfirst"),
            position=100,
            summary=_("standfirst edited"),
            is_body=True,
            search="summary",
            in_text=True,
        ),
    ] = ""
    lead_picture: Annotated[PlacedPicture | None, _LEAD_PICTURE] = None
    byline: Annotated[tuple[NamedContributor, ...], _BYLINE] = ()
    method_note: Annotated[
        Text,
        text_field(
            _("How this page was made"),
            position=840,
            part="method_note",
            summary=_("note on how the page was made edited"),
            search_location="in the method note",
        ),
    ] = ""
    sections: Annotated[tuple[Section, ...], _SECTIONS] = ()
    passages: Annotated[tuple[Passage, ...], _PASSAGES] = ()
    questions: Annotated[tuple[AskedQuestion, ...], _QUESTIONS] = ()
    headings: Annotated[PartHeadings, NestedSpec(930, in_text=True)] = PartHeadings()

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        kinds = [section.kind for section in self.sections if section.kind != FREE.code]
        if len(kinds) != len(set(kinds)):
            raise ValueError("Two sections are of the same kind.")
        if any(section.text for section in self.sections if section.kind == PAPERS.code):
            raise ValueError("The papers section has passages instead of a text.")
        numbers = {citation.number for citation in self.citations}
        if missing := {number for passage in self.passages for number in passage.sources} - numbers:
            raise ValueError(f"A passage cites source {min(missing)}, which is not in the list of sources.")
        return self


# The maximum number of rows in a document, for each kind that has a maximum, both at the desk and in imports.
MAX_ROWS = {
    name: spec.max_rows
    for model in (Explainer, QuestionPage)
    for name, spec in row_specs(model).items()
    if spec.max_rows
}
