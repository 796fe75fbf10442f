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
from stories.documents.merge.fields import Bond, Field, Shape, trimmed
from stories.documents.merge.rows import Rows, Single
from stories.documents.schema import FREE, PAPERS


def words(name: str, label: str, *, anchor: str = "") -> Field:
    """Return a text field."""
    return Field((name,), label, alike=trimmed, anchor=anchor)


def tick(name: str, label: str, yes: str, no: str, *, anchor: str = "") -> Field:
    """Return a Boolean field that is shown as the text ``yes`` or ``no``."""
    return Field((name,), label, says=lambda ticked: yes if ticked else no, anchor=anchor, is_text=False)


def confirmed(name: str, label: str) -> Bond:
    """Return the bond between a title and its confirmation: only the title that was confirmed may stay confirmed."""

    def says(title: str, is_confirmed: bool) -> str:
        return f"{title} ({'confirmed' if is_confirmed else 'proposed'})"

    return Bond(Field((name, f"{name}_confirmed"), label, says=says), lambda title, is_confirmed: bool(is_confirmed))


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


def _picture(prefix: str = "") -> tuple[tuple[Field, ...], tuple[Bond, ...]]:
    alt = words("alt", "alternative text", anchor=f"{prefix}alt")
    fields = (
        alt,
        tick("decorative", "decorative", "Decorative", "Not decorative", anchor=f"{prefix}decorative"),
        words("caption", "caption", anchor=f"{prefix}caption"),
        words("credit", "credit", anchor=f"{prefix}credit"),
    )

    def says(alt: str, is_decorative: bool) -> str:
        return f"{alt} (decorative)" if is_decorative else alt

    both = Field(("alt", "decorative"), "alternative text", says=says, anchor=f"{prefix}alt")
    return fields, (Bond(both, lambda alt, is_decorative: bool(is_decorative and alt)),)


_picture_fields, _picture_bonds = _picture()
_lead_fields, _lead_bonds = _picture("lead_")

BYLINE = Rows[NamedContributor](
    "byline",
    "Name",
    "names in the byline",
    # The same uid is the same person, even under a new name.
    Shape((Field(("name",), "name", alike=lambda name: None),)),
    title=lambda person: person.name,
    place="byline_names",
)
LEAD = Single[PlacedPicture](
    "lead_picture",
    "Lead picture",
    "lead pictures",
    Shape(
        _lead_fields,
        _lead_bonds,
        subject=Field(("image", "uid"), "picture", says=lambda image, uid: str(image), anchor="lead_picture"),
    ),
    title=lambda picture: "Lead picture",
)
SECTIONS = Rows[Section](
    "sections",
    "Section",
    "sections",
    Shape(
        (
            words("heading", "heading"),
            words("text", "text"),
            Field(("kind",), "kind", says=_kind, is_text=False),
        ),
        (
            Bond(
                Field(("kind", "text"), "text", says=lambda kind, text: text, anchor="text"),
                lambda kind, text: bool(kind == PAPERS.code and text),
            ),
        ),
    ),
    title=lambda section: section.heading or _kind(section.kind),
    once=(lambda section: None if section.kind == FREE.code else section.kind,),
)
PASSAGES = Rows[Passage](
    "passages",
    "Passage",
    "passages",
    Shape(
        (
            Field(("outlets",), "outlets", says=_names, alike=lambda outlets: frozenset(map(_who, outlets))),
            words("text", "text"),
            Field(
                ("sources",),
                "sources",
                says=lambda numbers: ", ".join(map(str, numbers)),
                alike=frozenset,
            ),
            tick("opens_paragraph", "paragraph", "Opens a paragraph", "Goes on in the paragraph"),
        )
    ),
    title=lambda passage: f"Passage: {_names(passage.outlets) or 'our comparison'}",
)
QUESTIONS = Rows[AskedQuestion](
    "questions",
    "Question",
    "questions",
    Shape((words("question", "wording"), words("teaser", "teaser"))),
    title=lambda asked: f"Question: {asked.question}",
)
ANSWERS = Rows[Answer](
    "answers",
    "Answer",
    "answers",
    Shape((words("question", "question"), words("text", "text"), Field(("as_of",), "as of", says=_day))),
    title=lambda answer: f"Answer: {answer.question}",
    once=(lambda answer: fold(answer.question[:300])[:300],),
)
TOPICS = Rows[NamedTopic](
    "topics",
    "Topic",
    "topics",
    Shape(
        (
            Field(
                ("topic", "name"),
                "name",
                says=_topic,
                alike=lambda uid, name: uid or fold(name),
                anchor="name",
            ),
            words("description", "description"),
            tick("explain", "explained in place", "Explained in place", "Not explained in place"),
        )
    ),
    title=lambda topic: f"Topic: {topic.name}",
    once=(lambda topic: topic.topic or fold(topic.name),),
)
PICTURES = Rows[PlacedPicture](
    "pictures",
    "Picture in the text",
    "pictures in the text",
    Shape(_picture_fields, _picture_bonds, subject=Field(("image",), "picture")),
    title=lambda picture: "Picture in the text",
)
CITATIONS = Rows[CitedArticle](
    "citations",
    "Source",
    "sources",
    Shape(
        (
            words("title", "title"),
            Field(("outlet",), "outlet", says=lambda outlet: outlet.name, alike=_who),
            Field(("published_on",), "date", says=_day),
            words("author", "author"),
            words("url", "address"),
            tick("paywalled", "paywall", "Behind a paywall", "Free to read"),
            # Different numbers are never alike: texts cite by them.
            Field(("number",), "number", is_text=False),
        ),
        subject=Field(("article",), "article"),
    ),
    title=lambda cited: f"Source {cited.number}",
    key="number",
    once=(lambda cited: cited.article, lambda cited: cited.url),
)
