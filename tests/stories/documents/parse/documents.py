"""Hypothesis strategies for arbitrary documents."""

from datetime import date
from uuid import UUID

from hypothesis import strategies as st

from stories.documents import (
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    KeyFigure,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)

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
    figures=st.lists(
        st.builds(KeyFigure, uid=uids, value=lines, counts=lines, according_to=lines, as_of=dates), max_size=2
    ).map(tuple),
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
    introduction=texts,
    answers=st.lists(st.builds(Answer, uid=uids, question=lines, text=texts, as_of=dates), max_size=3).map(tuple),
)
documents: st.SearchStrategy[Explainer | QuestionPage] = st.one_of(stories, pages)
UID = UUID("6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11")
