"""Documents in which every text field has a unique word as its value."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from uuid import UUID

from stories.documents import (
    Answer,
    AnyDocument,
    AskedQuestion,
    CitedArticle,
    Explainer,
    KeyFigure,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.fields import FieldSpec
from stories.documents.walk import FieldValue, replace_values, walk

WORK, ROW, IMAGE, ARTICLE, PERSON, ASKED = (UUID(int=number) for number in range(11, 17))
_TOPICS = (NamedTopic(uid=ROW, topic=None, name="-"),)
_PICTURES = (PlacedPicture(uid=ROW, image=IMAGE),)
_CITATIONS = (
    CitedArticle(
        number=1,
        article=ARTICLE,
        outlet=NamedOutlet(uid=None, name="The Lisle Post"),
        url="https://post.example/1",
        title="-",
    ),
)


def _is_text_value(spec: FieldSpec, value: object) -> bool:
    return isinstance(value, str) and (
        spec.comparator in ("text", "line") or (spec.is_text and spec.comparator == "small")
    )


def _with_unique_words(document: AnyDocument) -> AnyDocument:
    numbers = count(1)

    def make_value(name: str, spec: FieldSpec, value: object) -> object:
        return f"Lark{next(numbers):03}field" if _is_text_value(spec, value) else value

    return replace_values(document, make_value).changed()


STORY = _with_unique_words(
    Explainer(
        uid=WORK,
        slug="pier",
        lead_picture=PlacedPicture(uid=WORK, image=IMAGE),
        byline=(NamedContributor(uid=PERSON, name="-"),),
        sections=(Section(uid=ROW, kind="happened", heading="-"),),
        passages=(Passage(uid=ROW, text="[@1]", sources=(1,)),),
        figures=(KeyFigure(uid=ROW, value="-", as_of=date(2031, 3, 20), source=1),),
        questions=(AskedQuestion(uid=ASKED, question="-"),),
        topics=_TOPICS,
        pictures=_PICTURES,
        citations=_CITATIONS,
    )
)
PAGE = _with_unique_words(
    QuestionPage(
        uid=WORK,
        slug="pier",
        answers=(Answer(uid=ROW, question="-", text="-", as_of=date(2031, 3, 20)),),
        topics=_TOPICS,
        pictures=_PICTURES,
        citations=_CITATIONS,
    )
)


def fields_by_word(document: AnyDocument) -> Mapping[str, FieldValue]:
    """Return the text fields of a document, keyed by their unique words."""
    return {field.value: field for field in walk(document) if _is_text_value(field.spec, field.value)}


def replace_word(document: AnyDocument, word: str, replacement: str) -> AnyDocument:
    """Return the document with the field value ``word`` replaced by ``replacement``."""
    return replace_values(document, lambda name, spec, value: replacement if value == word else value).changed()
