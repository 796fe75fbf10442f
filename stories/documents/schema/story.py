"""The document of a story."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from stories.documents.fields import (
    FieldSpec,
    FrozenModel,
    JointRule,
    NestedSpec,
    RowsSpec,
    flag_field,
    line_field,
    text_field,
)
from stories.documents.headings import DEEPER, QUESTIONS, TOPICS, usual_heading
from stories.documents.schema.base import DocumentBase, confirmation_rule
from stories.documents.schema.claims import CLAIMS, ORIGINS, Claim, Origin
from stories.documents.schema.forecasts import FORECASTS, Forecast
from stories.documents.schema.values import (
    LAST_POSITION,
    Line,
    NamedContributor,
    NamedOutlet,
    PlacedPicture,
    Text,
    Uid,
    day_field,
    outlet_key,
    show_outlets,
)


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


EXPLAINER_SCHEMA: Final = 2


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


class KeyFigure(FrozenModel):
    """A figure of *In figures*: the number as printed, what it counts, according to whom, and as of which day.

    ``source`` is the citation number of its article.
    """

    uid: Uid
    value: Annotated[
        Line, line_field(_("Figure"), position=10, is_title=True, is_body=True, search="text", max_length=100)
    ]
    counts: Annotated[
        Line, line_field(_("What it counts"), position=20, is_body=True, search="text", max_length=300)
    ] = ""
    according_to: Annotated[
        Line, line_field(_("According to"), position=30, is_body=True, search="text", max_length=300)
    ] = ""
    as_of: Annotated[
        date | None,
        day_field(_("As of"), 40, desk_name="{title}: as of"),
    ] = None
    source: Annotated[
        int | None,
        FieldSpec(
            _("Source"),
            "numbers",
            50,
            desk_name="{title}: source",
            show=lambda number: str(number or ""),
            is_text=True,
        ),
    ] = None


_FIGURES = RowsSpec("Figure", "figures", 550, max_rows=50, in_text=True, since=2)


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

    schema_number: Annotated[Literal[1, 2], AfterValidator(lambda number: EXPLAINER_SCHEMA)] = Field(
        default=EXPLAINER_SCHEMA, alias="schema"
    )
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
    claims: Annotated[tuple[Claim, ...], CLAIMS] = ()
    figures: Annotated[tuple[KeyFigure, ...], _FIGURES] = ()
    forecasts: Annotated[tuple[Forecast, ...], FORECASTS] = ()
    questions: Annotated[tuple[AskedQuestion, ...], _QUESTIONS] = ()
    headings: Annotated[PartHeadings, NestedSpec(930, in_text=True)] = PartHeadings()
    origins: Annotated[tuple[Origin, ...], ORIGINS] = ()
    # The citation numbers of articles that nobody has examined for the claims.
    unexamined: Annotated[
        tuple[int, ...],
        FieldSpec(
            _("Articles not examined"),
            "numbers",
            870,
            show=lambda numbers: ", ".join(map(str, numbers)),
            merge_key=frozenset,
            part="other",
            since=2,
        ),
    ] = ()

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        kinds = [section.kind for section in self.sections if section.kind != FREE.code]
        if len(kinds) != len(set(kinds)):
            raise ValueError("Two sections are of the same kind.")
        if any(section.text for section in self.sections if section.kind == PAPERS.code):
            raise ValueError("The papers section has passages instead of a text.")
        numbers = {citation.number for citation in self.citations}
        for name, cited in self._list_cited_numbers():
            if missing := cited - numbers:
                raise ValueError(f"{name} {min(missing)}, which is not in the list of sources.")
        return self

    def _list_cited_numbers(self) -> list[tuple[str, set[int]]]:
        """Return the beginning of a message and the numbers for each kind of part that names sources by number."""
        cells = [cell for claim in self.claims for cell in claim.cells]
        forecasts = [number for each in self.forecasts for number in (each.source, each.outcome_source)]
        return [
            ("A passage cites source", {number for passage in self.passages for number in passage.sources}),
            ("A figure has source", {figure.source for figure in self.figures if figure.source}),
            ("An outlet’s value has source", {cell.source for cell in cells if cell.source is not None}),
            ("A forecast has source", {number for number in forecasts if number is not None}),
            ("An origin has source", {number for origin in self.origins for number in origin.sources}),
            ("The list of articles not examined has source", set(self.unexamined)),
        ]
