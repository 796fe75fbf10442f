"""Documents in which every text field has a unique word as its value."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from uuid import UUID

from stories.documents import (
    Answer,
    AnyDocument,
    AskedQuestion,
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
    KeyFigure,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Origin,
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
_OUTLET = NamedOutlet(uid=None, name="The Lisle Post")
_CITATIONS = (
    CitedArticle(
        number=1,
        article=ARTICLE,
        outlet=_OUTLET,
        url="https://post.example/1",
        title="-",
        archived_url="https://archive.example/1",
        archived_on=date(2031, 3, 21),
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
        claims=(
            Claim(
                uid=ROW,
                claim="-",
                kind="figure",
                as_of=date(2031, 3, 20),
                difference="alone",
                cells=(
                    Cell(
                        uid=ROW,
                        outlet=_OUTLET,
                        stance="denies",
                        low="40000",
                        high="50000.5",
                        approximate=True,
                        when="2031-03-20T03:55",
                        source=1,
                        as_of=date(2031, 3, 20),
                    ),
                ),
            ),
        ),
        figures=(KeyFigure(uid=ROW, value="-", as_of=date(2031, 3, 20), source=1),),
        forecasts=(
            Forecast(
                uid=ROW,
                speaker_kind="expert",
                outlet=_OUTLET,
                said_on=date(2031, 3, 20),
                source=1,
                due_on=date(2031, 3, 25),
                chance=70,
                low="1",
                high="2",
                state="in_part",
                outcome_source=1,
                decided_on=date(2031, 3, 26),
            ),
        ),
        questions=(AskedQuestion(uid=ASKED, question="-"),),
        topics=_TOPICS,
        pictures=_PICTURES,
        citations=_CITATIONS,
        origins=(Origin(uid=ROW, name="-", kind="statement", outlet=_OUTLET, sources=(1,), how="rewrite"),),
        unexamined=(1,),
    )
)
PAGE = _with_unique_words(
    QuestionPage(
        uid=WORK,
        slug="pier",
        short_answer_expires_on=date(2031, 3, 27),
        state="partly",
        open_since=date(2031, 3, 19),
        answers=(
            Answer(
                uid=ROW,
                question="-",
                text="-",
                as_of=date(2031, 3, 20),
                state="answered",
                expires_on=date(2031, 3, 28),
            ),
        ),
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
