"""What the rows of the desk hold of a document: their fields by name, and each part with its uid."""

from collections.abc import Mapping
from uuid import UUID

from newsroom.media.models import Image
from newsroom.text.fold import fold
from stories.desk.known import proposed_names
from stories.desk.rows import Fields
from stories.documents import AnyDocument, Explainer, NamedOutlet, PartHeadings, QuestionPage
from stories.models import Outlet
from topics.models import Topic

type Part = tuple[UUID, Fields]


def of_story(document: Explainer, images: Mapping[UUID, Image]) -> Fields:
    """Return the fields of a story's own row; ``images`` are at least its lead picture."""
    lead = document.lead_picture
    return {
        "headline": document.headline[:300],
        "headline_confirmed": document.headline_confirmed,
        "standfirst": document.standfirst,
        "method_note": document.method_note,
        "part_headings": _unusual_headings(document),
        "lead_image": images[lead.image] if lead else None,
        "lead_alt": lead.alt if lead else "",
        "lead_decorative": lead.decorative if lead else False,
        "lead_caption": lead.caption if lead else "",
        "lead_credit": lead.credit if lead else "",
    }


def _unusual_headings(document: Explainer) -> dict[str, str]:
    """Return the headings of parts that are not the usual ones of the story's language."""
    usual = PartHeadings.usual(document.language).model_dump()
    return {name: heading for name, heading in document.headings.model_dump().items() if heading != usual[name]}


def of_question(document: QuestionPage) -> Fields:
    """Return the fields of a question's own row."""
    return {
        "question": document.question[:300],
        "folded_question": fold(document.question[:300])[:300],
        "question_confirmed": document.question_confirmed,
        "introduction": document.introduction,
    }


def sections(document: Explainer) -> list[Part]:
    """Return the sections of a story."""
    return [(each.uid, {"kind": each.kind, "heading": each.heading, "text": each.text}) for each in document.sections]


def passages(document: Explainer, outlets: Mapping[NamedOutlet, Outlet]) -> list[Part]:
    """Return the passages of a story; ``outlets`` are those of its names that the list knows."""
    return [
        (
            passage.uid,
            {
                "text": passage.text,
                "proposed_outlets": proposed_names(passage.outlets, dict(outlets)),
                "opens_paragraph": passage.opens_paragraph,
            },
        )
        for passage in document.passages
    ]


def answers(document: QuestionPage) -> list[Part]:
    """Return the answers of a question."""
    return [
        (
            each.uid,
            {
                "question": each.question[:300],
                "folded_question": fold(each.question[:300])[:300],
                "text": each.text,
                "as_of": each.as_of,
            },
        )
        for each in document.answers
    ]


def pictures(document: AnyDocument, images: Mapping[UUID, Image]) -> list[Part]:
    """Return the pictures in the text of a work; ``images`` are at least these."""
    return [
        (
            placed.uid,
            {
                "image": images[placed.image],
                "alt": placed.alt,
                "decorative": placed.decorative,
                "caption": placed.caption,
                "credit": placed.credit,
            },
        )
        for placed in document.pictures
    ]


def topics(document: AnyDocument, known: Mapping[UUID, Topic]) -> list[Part]:
    """Return the topics of a work, each of the list once; ``known`` are those by the uid of their rows in the document."""
    rows: list[Part] = []
    seen: set[int] = set()
    for named in document.topics:
        topic = known.get(named.uid)
        if topic and topic.pk in seen:
            continue
        if topic:
            seen.add(topic.pk)
        proposed = "" if topic else named.name[:200]
        fields: Fields = {
            "topic": topic, "proposed_name": proposed, "description": named.description, "explain": named.explain
        }  # fmt: skip
        rows.append((named.uid, fields))
    return rows
