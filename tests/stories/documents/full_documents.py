"""Documents in which every field that holds words has a word of its own, made by walking the schema."""

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


def _holds_words(spec: FieldSpec, value: object) -> bool:
    return isinstance(value, str) and (spec.how in ("text", "line") or (spec.is_text and spec.how == "small"))


def _filled(document: AnyDocument) -> AnyDocument:
    numbers = count(1)

    def new(name: str, spec: FieldSpec, value: object) -> object:
        return f"Lark{next(numbers):03}field" if _holds_words(spec, value) else value

    return replace_values(document, new).changed()


STORY = _filled(
    Explainer(
        uid=WORK,
        slug="pier",
        lead_picture=PlacedPicture(uid=WORK, image=IMAGE),
        byline=(NamedContributor(uid=PERSON, name="-"),),
        sections=(Section(uid=ROW, kind="happened", heading="-"),),
        passages=(Passage(uid=ROW, text="[@1]", sources=(1,)),),
        questions=(AskedQuestion(uid=ASKED, question="-"),),
        topics=_TOPICS,
        pictures=_PICTURES,
        citations=_CITATIONS,
    )
)
PAGE = _filled(
    QuestionPage(
        uid=WORK,
        slug="pier",
        answers=(Answer(uid=ROW, question="-", text="-", as_of=date(2031, 3, 20)),),
        topics=_TOPICS,
        pictures=_PICTURES,
        citations=_CITATIONS,
    )
)


def words_of(document: AnyDocument) -> Mapping[str, FieldValue]:
    """Return each field that has a word of its own, by the word."""
    return {field.value: field for field in walk(document) if _holds_words(field.spec, field.value)}


def reworded(document: AnyDocument, word: str, new: str) -> AnyDocument:
    """Return the document with another word in the place of one."""
    return replace_values(document, lambda name, spec, value: new if value == word else value).changed()
