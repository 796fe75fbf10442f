"""Hypothesis strategies for a document and later states of it with edits to the same fields."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from pydantic import ValidationError

from stories.documents import (
    SECTION_KINDS,
    Answer,
    AnyDocument,
    AskedQuestion,
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Origin,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from tests.stories.documents.parse.documents import documents

type Draw = Callable[[st.SearchStrategy[Any]], Any]

_UIDS = [UUID(int=number) for number in range(1, 5)]
uids = st.sampled_from(_UIDS)
names = st.sampled_from(["Ansgar Wire", "ANSGAR WIRE", "Radio Tessen"])
texts = st.sampled_from(["", " ", "The gate closed.", "The gate opened.", "It rained. [@1]", "It blew. [@2]", "[@3]"])
outlets = st.builds(NamedOutlet, uid=st.none() | uids, name=names)
numbers = st.integers(1, 4)
amounts = st.sampled_from(["", "1", "2", "10"])
sources = st.sets(numbers, max_size=2).map(sorted).map(tuple)


@st.composite
def cells(draw: Draw) -> tuple[Cell, ...]:
    """Draw cells with different outlets and uids, each of which is valid."""
    drawn: list[Cell] = []
    for _ in range(draw(st.integers(0, 3))):
        fields = {
            "uid": draw(uids),
            "outlet": draw(outlets),
            "stance": draw(st.sampled_from(["says", "denies", "silent"])),
            "value": draw(st.sampled_from(["", "two", "three"])),
            "low": draw(amounts),
            "high": draw(amounts),
            "source": draw(st.none() | numbers),
            "quotation": draw(names),
        }
        try:
            cell = Cell.model_validate(fields)
            Claim(uid=_UIDS[0], claim="", cells=(*drawn, cell))
        except ValidationError:
            continue
        if cell.uid not in {each.uid for each in drawn}:
            drawn.append(cell)
    return tuple(drawn)


ROWS: dict[str, st.SearchStrategy[Any]] = {
    "byline": st.builds(NamedContributor, uid=uids, name=names),
    "sections": st.builds(
        Section, uid=uids, kind=st.sampled_from(list(SECTION_KINDS)), heading=st.sampled_from(["", "Then"]), text=texts
    ),
    "passages": st.builds(
        Passage,
        uid=uids,
        text=texts,
        outlets=st.lists(outlets, max_size=2).map(tuple),
        sources=sources,
        opens_paragraph=st.booleans(),
    ),
    "claims": st.builds(
        Claim, uid=uids, claim=texts, kind=st.sampled_from(["figure", "fact"]), note=texts, cells=cells()
    ),
    "forecasts": st.builds(
        Forecast,
        uid=uids,
        speaker=names,
        outlet=st.none() | outlets,
        source=st.none() | numbers,
        outcome=texts,
        outcome_source=st.none() | numbers,
        low=amounts,
        state=st.sampled_from(["open", "void"]),
    ),
    "origins": st.builds(Origin, uid=uids, name=names, outlet=st.none() | outlets, sources=sources),
    "questions": st.builds(AskedQuestion, uid=uids, question=texts, teaser=texts),
    "answers": st.builds(
        Answer,
        uid=uids,
        question=texts,
        text=texts,
        as_of=st.none() | st.dates(),
        state=st.sampled_from(["", "open"]),
        expires_on=st.none() | st.dates(),
    ),
    "topics": st.builds(
        NamedTopic, uid=uids, topic=st.none() | uids, name=names, description=texts, explain=st.booleans()
    ),
    "pictures": st.builds(
        PlacedPicture, uid=uids, image=uids, alt=texts, decorative=st.booleans(), caption=texts, credit=names
    ),
    "citations": st.builds(
        CitedArticle,
        number=numbers,
        article=uids,
        outlet=outlets,
        url=st.sampled_from("abcd").map("https://wire.example/{}".format),
        title=texts,
        published_on=st.none() | st.dates(),
        author=names,
        paywalled=st.booleans(),
    ),
}
HEAD_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "headline": texts,
    "headline_confirmed": st.booleans(),
    "question": texts,
    "question_confirmed": st.booleans(),
    "introduction": texts,
    "standfirst": texts,
    "method_note": texts,
    "slug": st.sampled_from(["", "gate", "sea-gate"]),
    "language": st.sampled_from(["en", "de"]),
    "cut_off": st.booleans(),
    "lead_picture": st.none() | ROWS["pictures"],
    "state": st.sampled_from(["", "open", "answered"]),
    "missing": texts,
    "unexamined": sources,
}

STORY = Explainer(uid=_UIDS[0], slug="gate")
PAGE = QuestionPage(uid=_UIDS[0], slug="gate")


def get_key(row: Any) -> object:
    return row.number if isinstance(row, CitedArticle) else row.uid


def _edit(draw: Draw, document: AnyDocument, names: list[str]) -> dict[str, object]:
    """Draw a new value for one of the named fields, keyed by its name."""
    name = draw(st.sampled_from(names))
    if name in HEAD_FIELDS:
        return {name: draw(HEAD_FIELDS[name])}
    rows = list(getattr(document, name))
    action = draw(st.sampled_from(["add", "edit", "edit", "move", "remove"] if rows else ["add"]))
    if action == "add":
        row = draw(ROWS[name])
        if get_key(row) not in map(get_key, rows):
            rows.insert(draw(st.integers(0, len(rows))), row)
        return {name: tuple(rows)}
    place = draw(st.integers(0, len(rows) - 1))
    row = rows.pop(place)
    if action == "edit":
        other = draw(ROWS[name])
        field = draw(st.sampled_from([each for each in type(row).model_fields if each not in {"uid", "number"}]))
        rows.insert(place, row.model_copy(update={field: getattr(other, field)}))
    elif action == "move":
        rows.insert(draw(st.integers(0, len(rows))), row)
    return {name: tuple(rows)}


def draw_edits(draw: Draw, document: AnyDocument, names: list[str], *, max_edits: int) -> AnyDocument:
    """Draw the document after at most ``max_edits`` edits. Edits that would make it invalid are skipped."""
    for _ in range(draw(st.integers(1, max_edits))):
        try:
            document = document.changed(**_edit(draw, document, names))
        except ValidationError:
            continue
    return document


@st.composite
def documents_with_later_states(draw: Draw, count: int = 3) -> tuple[AnyDocument, ...]:
    """Draw a document and later states of it, ``count`` in total, each with its own edits to the same fields."""
    base = draw(st.one_of(documents, st.sampled_from([STORY, PAGE])))
    all_names = [field for field in [*ROWS, *HEAD_FIELDS] if hasattr(base, field)]
    names = draw(st.one_of(st.just(all_names), st.lists(st.sampled_from(all_names), min_size=1, max_size=2)))
    if isinstance(base, Explainer) and names in (["passages"], ["citations"]):
        names = ["passages", "claims", "forecasts", "citations"]
    base = draw_edits(draw, base, names, max_edits=10)
    return base, *(draw_edits(draw, base, names, max_edits=4) for _ in range(count - 1))
