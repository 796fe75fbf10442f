"""The rows and fields that a merge compares in the two kinds of document."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from newsroom.text.fold import fold
from stories.documents import (
    SECTION_KINDS,
    Answer,
    AskedQuestion,
    CitedArticle,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Passage,
    PlacedPicture,
    Section,
)
from stories.documents.merge.fields import Field, JointRule, ValueSpec, normalise_text
from stories.documents.merge.rows import OptionalRow, RowSet
from stories.documents.schema import FREE, PAPERS


def text_field(name: str, label: str, *, anchor: str = "") -> Field:
    """Return a text field."""
    return Field((name,), label, alike=normalise_text, anchor=anchor)


def boolean_field(name: str, label: str, yes: str, no: str, *, anchor: str = "") -> Field:
    """Return a Boolean field that is shown as the text ``yes`` or ``no``."""
    return Field((name,), label, says=lambda ticked: yes if ticked else no, anchor=anchor, is_text=False)


def confirmation_rule(name: str, label: str) -> JointRule:
    """Return the bond between a title and its confirmation: only the title that was confirmed may stay confirmed."""

    def says(title: str, is_confirmed: bool) -> str:
        return f"{title} ({'confirmed' if is_confirmed else 'proposed'})"

    return JointRule(
        Field((name, f"{name}_confirmed"), label, says=says), lambda title, is_confirmed: bool(is_confirmed)
    )


def _names(outlets: Iterable[NamedOutlet]) -> str:
    return "; ".join(outlet.name for outlet in outlets)


def _who(outlet: NamedOutlet) -> object:
    return outlet.uid or fold(outlet.name)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _kind(code: str) -> str:
    return SECTION_KINDS[code].heading or "Another section"


def _topic(uid: UUID | None, name: str) -> str:
    return name if uid else f"{name} (proposed)"


def _picture(prefix: str = "") -> tuple[tuple[Field, ...], tuple[JointRule, ...]]:
    alt = text_field("alt", "alternative text", anchor=f"{prefix}alt")
    fields = (
        alt,
        boolean_field("decorative", "decorative", "Decorative", "Not decorative", anchor=f"{prefix}decorative"),
        text_field("caption", "caption", anchor=f"{prefix}caption"),
        text_field("credit", "credit", anchor=f"{prefix}credit"),
    )

    def says(alt: str, is_decorative: bool) -> str:
        return f"{alt} (decorative)" if is_decorative else alt

    both = Field(("alt", "decorative"), "alternative text", says=says, anchor=f"{prefix}alt")
    return fields, (JointRule(both, lambda alt, is_decorative: bool(is_decorative and alt)),)


_picture_fields, _picture_bonds = _picture()
_lead_fields, _lead_bonds = _picture("lead_")

BYLINE = RowSet[NamedContributor](
    "byline",
    "Name",
    "names in the byline",
    # The same uid is the same person, even under a new name.
    ValueSpec((Field(("name",), "name", alike=lambda name: None),)),
    title=lambda person: person.name,
    place="byline_names",
)
LEAD = OptionalRow[PlacedPicture](
    "lead_picture",
    "Lead picture",
    "lead pictures",
    ValueSpec(
        _lead_fields,
        _lead_bonds,
        subject=Field(("image", "uid"), "picture", says=lambda image, uid: str(image), anchor="lead_picture"),
    ),
    title=lambda picture: "Lead picture",
)
SECTIONS = RowSet[Section](
    "sections",
    "Section",
    "sections",
    ValueSpec(
        (
            text_field("heading", "heading"),
            text_field("text", "text"),
            Field(("kind",), "kind", says=_kind, is_text=False),
        ),
        (
            JointRule(
                Field(("kind", "text"), "text", says=lambda kind, text: text, anchor="text"),
                lambda kind, text: bool(kind == PAPERS.code and text),
            ),
        ),
    ),
    title=lambda section: section.heading or _kind(section.kind),
    once=(lambda section: None if section.kind == FREE.code else section.kind,),
)
PASSAGES = RowSet[Passage](
    "passages",
    "Passage",
    "passages",
    ValueSpec(
        (
            Field(("outlets",), "outlets", says=_names, alike=lambda outlets: frozenset(map(_who, outlets))),
            text_field("text", "text"),
            Field(
                ("sources",),
                "sources",
                says=lambda numbers: ", ".join(map(str, numbers)),
                alike=frozenset,
            ),
            boolean_field("opens_paragraph", "paragraph", "Opens a paragraph", "Goes on in the paragraph"),
        )
    ),
    title=lambda passage: f"Passage: {_names(passage.outlets) or 'our comparison'}",
)
QUESTIONS = RowSet[AskedQuestion](
    "questions",
    "Question",
    "questions",
    ValueSpec((text_field("question", "wording"), text_field("teaser", "teaser"))),
    title=lambda asked: f"Question: {asked.question}",
)
ANSWERS = RowSet[Answer](
    "answers",
    "Answer",
    "answers",
    ValueSpec((text_field("question", "question"), text_field("text", "text"), Field(("as_of",), "as of", says=_day))),
    title=lambda answer: f"Answer: {answer.question}",
    once=(lambda answer: fold(answer.question[:300])[:300],),
)
TOPICS = RowSet[NamedTopic](
    "topics",
    "Topic",
    "topics",
    ValueSpec(
        (
            Field(
                ("topic", "name"),
                "name",
                says=_topic,
                alike=lambda uid, name: uid or fold(name),
                anchor="name",
            ),
            text_field("description", "description"),
            boolean_field("explain", "explained in place", "Explained in place", "Not explained in place"),
        )
    ),
    title=lambda topic: f"Topic: {topic.name}",
    once=(lambda topic: topic.topic or fold(topic.name),),
)
PICTURES = RowSet[PlacedPicture](
    "pictures",
    "Picture in the text",
    "pictures in the text",
    ValueSpec(_picture_fields, _picture_bonds, subject=Field(("image",), "picture")),
    title=lambda picture: "Picture in the text",
)
CITATIONS = RowSet[CitedArticle](
    "citations",
    "Source",
    "sources",
    ValueSpec(
        (
            text_field("title", "title"),
            Field(("outlet",), "outlet", says=lambda outlet: outlet.name, alike=_who),
            Field(("published_on",), "date", says=_day),
            text_field("author", "author"),
            text_field("url", "address"),
            boolean_field("paywalled", "paywall", "Behind a paywall", "Free to read"),
            # Different numbers are never alike: texts cite by them.
            Field(("number",), "number", is_text=False),
        ),
        subject=Field(("article",), "article"),
    ),
    title=lambda cited: f"Source {cited.number}",
    key="number",
    once=(lambda cited: cited.article, lambda cited: cited.url),
)
