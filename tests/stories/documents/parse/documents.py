"""Hypothesis strategies for arbitrary documents."""

from datetime import date
from typing import Literal
from uuid import UUID

from hypothesis import strategies as st

from stories.documents import (
    Answer,
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
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.schema.values import outlet_key

_REMOVED = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_characters = st.one_of(
    st.sampled_from("#-:*'\"\\ \n\t[]{}&!|>%@`~aZ0"),
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=_REMOVED),
)
_snippets = st.sampled_from(
    [
        "---",
        "# one",
        "## two",
        "### three",
        "#### four",
        "\n",
        "- item",
        "key: value",
        "null",
        "true",
        "2026-11-25",
        "\r\n",
    ]
)
texts = st.one_of(
    st.text(_characters, max_size=30), st.lists(st.one_of(_snippets, st.text(_characters, max_size=8))).map("\n".join)
)
lines = st.one_of(
    _snippets, st.text(_characters, max_size=20), st.sampled_from(["", " ", "What’s happened", "We compared"])
)
uids = st.uuids(version=4)
outlets = st.builds(NamedOutlet, uid=st.none() | uids, name=lines)
dates = st.none() | st.dates(min_value=date(1, 1, 1))
states = st.sampled_from(["", "open", "partly", "answered"])
amounts = st.sampled_from([("", ""), ("23", "23"), ("19", ""), ("-1.50", "40"), ("", "40000")])
STANCE_CODES: tuple[Literal["says", "denies", "silent", "unclear"], ...] = ("says", "denies", "silent", "unclear")
moments = st.sampled_from(["", "2026-11", "2026-11-11", "2026-11-11T03:55"])


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Draw what an outlet says. A silent outlet gives no value."""
    stance = draw(st.sampled_from(STANCE_CODES))
    low, high = draw(amounts)
    has_value = stance in {"says", "denies"}
    value, when = draw(lines), draw(moments)
    return Cell(
        uid=draw(uids),
        outlet=draw(outlets),
        stance=stance,
        value=value if has_value else "",
        low=low if has_value else "",
        high=high if has_value else "",
        when=when if has_value else "",
        approximate=draw(st.booleans()),
        quotation=draw(lines),
        attributed_to=draw(lines),
        as_of=draw(dates),
    )


claims = st.builds(
    Claim,
    uid=uids,
    claim=lines,
    kind=st.sampled_from(["figure", "date", "fact"]),
    unit=lines,
    as_of=dates,
    brief=lines,
    difference=st.sampled_from(["", "contradiction", "agree"]),
    note=texts,
    cells=st.lists(cells(), max_size=2, unique_by=lambda cell: outlet_key(cell.outlet)).map(tuple),
)
forecasts = st.builds(
    lambda amount, **fields: Forecast(low=amount[0], high=amount[1], **fields),
    amount=amounts,
    uid=uids,
    speaker=lines,
    speaker_kind=st.sampled_from(["official", "we"]),
    outlet=st.none() | outlets,
    said_on=dates,
    quotation=lines,
    expected=lines,
    due_on=dates,
    chance=st.none() | st.integers(0, 100),
    unit=lines,
    state=st.sampled_from(["open", "came_true", "void"]),
    outcome=texts,
    decided_on=dates,
)
figures = st.builds(KeyFigure, uid=uids, value=lines, counts=lines, according_to=lines, as_of=dates)
origins = st.builds(Origin, uid=uids, name=lines, outlet=st.none() | outlets, how=st.sampled_from(["credit", "said"]))
_KINDS = ["happened", "behind", "papers", "background", "timeline", "free"]


@st.composite
def sections(draw: st.DrawFn) -> tuple[Section, ...]:
    """Draw sections of different kinds; the *papers* section has no text."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), unique=True))
    return tuple(
        Section(uid=draw(uids), kind=kind, heading=draw(lines), text="" if kind == "papers" else draw(texts))
        for kind in kinds
    )


shared = {
    "uid": uids,
    "slug": st.sampled_from(["", "kelmar-barrier", "السد"]),
    "language": st.sampled_from(["en", "ar", "pt-BR"]),
    "topics": st.lists(
        st.builds(NamedTopic, uid=uids, topic=st.none() | uids, name=lines, description=texts, explain=st.booleans()),
        max_size=2,
    ).map(tuple),
    "citations": st.lists(
        st.builds(
            CitedArticle,
            number=st.integers(1, 9),
            article=uids,
            outlet=outlets,
            url=st.integers().map("https://wire.example/{}".format),
            title=lines,
            published_on=dates,
            author=lines,
            paywalled=st.booleans(),
            archived_url=st.sampled_from(["", "https://archive.example/1"]),
            archived_on=dates,
        ),
        max_size=2,
        unique_by=(lambda cited: cited.number, lambda cited: cited.article, lambda cited: cited.url),
    ).map(tuple),
    "pictures": st.lists(
        st.builds(
            PlacedPicture, uid=uids, image=uids, alt=lines, decorative=st.booleans(), caption=texts, credit=lines
        ),
        max_size=1,
    ).map(tuple),
    "cut_off": st.booleans(),
}
stories = st.builds(
    Explainer,
    **shared,
    headline=lines,
    headline_confirmed=st.booleans(),
    standfirst=texts,
    lead_picture=st.none() | st.builds(PlacedPicture, uid=uids, image=uids, alt=lines, caption=texts),
    byline=st.lists(st.builds(NamedContributor, uid=uids, name=lines), max_size=2).map(tuple),
    method_note=texts,
    sections=sections(),
    passages=st.lists(
        st.builds(
            Passage,
            uid=uids,
            text=texts,
            outlets=st.lists(outlets, max_size=2).map(tuple),
            opens_paragraph=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    figures=st.lists(figures, max_size=2).map(tuple),
    claims=st.lists(claims, max_size=2).map(tuple),
    forecasts=st.lists(forecasts, max_size=1).map(tuple),
    origins=st.lists(origins, max_size=1).map(tuple),
    questions=st.lists(st.builds(AskedQuestion, uid=uids, question=lines, teaser=texts), max_size=2).map(tuple),
    headings=st.builds(PartHeadings, deeper=lines, questions=lines, topics=lines),
)
pages = st.builds(
    QuestionPage,
    **shared,
    question=lines,
    question_confirmed=st.booleans(),
    short_answer=st.just("") | texts,
    short_answer_as_of=dates,
    short_answer_expires_on=dates,
    state=states,
    open_since=dates,
    missing=st.just("") | texts,
    could_answer=st.just("") | lines,
    introduction=texts,
    answers=st.lists(
        st.builds(Answer, uid=uids, question=lines, text=texts, as_of=dates, state=states, expires_on=dates), max_size=3
    ).map(tuple),
)
documents: st.SearchStrategy[Explainer | QuestionPage] = st.one_of(stories, pages)
UID = UUID("6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11")
