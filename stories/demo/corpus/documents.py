"""Build the stories and questions of the corpus as documents; each follows from its number, on every machine."""

from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import NamedTuple
from uuid import UUID, uuid5

from newsroom.text.slugs import slugify
from stories.demo.corpus.words import TextGenerator, choose_institution, make_place_name
from stories.documents import (
    SECTION_KINDS,
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedOutlet,
    NamedTopic,
    Passage,
    QuestionPage,
    Section,
)

TOPICS = 400
OUTLETS = 60
STORIES_TO_A_QUESTION = 4  # stories for each new question
ASKED = 2
CITED = 7
PASSAGES = 6
LONGEST_HEADLINE = 110

_WORLD = UUID("7d0a4f0e-3c55-5b39-9c1e-5f1f6f5a2b90")
_FIRST_DAY = date(2020, 1, 1)
_PAPERS = (
    "Courier", "Echo", "Examiner", "Gazette", "Herald", "Journal", "Ledger", "Mercury", "Observer", "Post",
    "Record", "Telegraph", "Times",
)  # fmt: skip
# The number of sentences in each kind of section, or of entries if it is a list.
_LENGTHS = {"happened": 3, "behind": 6, "papers": 0, "background": 4, "timeline": 4, "people": 3, "next": 2}


class NamedRow(NamedTuple):
    """A topic or an outlet of the corpus: its uid, its name and its slug."""

    uid: UUID
    name: str
    slug: str


@cache
def build_topics() -> tuple[NamedRow, ...]:
    """Return the topics; half of all stories name the first one."""
    return tuple(_called("topic", number, make_place_name(_dice("topic", number))) for number in range(TOPICS))


@cache
def build_outlets() -> tuple[NamedRow, ...]:
    return tuple(_called("outlet", number, _paper(number)) for number in range(OUTLETS))


def uid_of(kind: str, *keys: int) -> UUID:
    """Return the uid of a part of the corpus, as in ``uid_of("story", 7)``."""
    return uuid5(_WORLD, "/".join((kind, *map(str, keys))))


def count_questions_before(story: int) -> int:
    """Return how many questions the stories before ``story`` ask."""
    return -(-story // STORIES_TO_A_QUESTION)


def build_story(number: int) -> Explainer:
    """Return the story with this number, counted from 0."""
    dice = _dice("story", number)
    words = TextGenerator(dice)
    headline = words.make_headline()
    citations = _citations(dice, words, "story", number, CITED)
    return Explainer(
        uid=uid_of("story", number),
        slug=slugify(headline),
        headline=headline,
        headline_confirmed=True,
        standfirst=words.make_paragraph(2),
        sections=tuple(_section(dice, words, number, kind) for kind in _LENGTHS),
        passages=_passages(words, number, citations),
        questions=tuple(_asked(asked) for asked in _asked_by(dice, number)),
        topics=_topics(dice, "story", number),
        citations=citations,
    )


def build_question(number: int) -> QuestionPage:
    """Return the question with this number, counted from 0."""
    dice = _dice("question", number)
    words = TextGenerator(dice)
    (asked, *narrower), introduction = _worded(words)
    return QuestionPage(
        uid=uid_of("question", number),
        slug=slugify(asked),
        question=asked,
        question_confirmed=True,
        introduction=introduction,
        answers=tuple(
            Answer(
                uid=uid_of("answer", number, position),
                question=each,
                text=f"{words.make_paragraph(4)}[@{position + 1}]",
                as_of=_day(dice),
            )
            for position, each in enumerate(narrower)
        ),
        topics=_topics(dice, "question", number),
        citations=_citations(dice, words, "question", number, len(narrower)),
    )


def _dice(kind: str, number: int) -> Random:
    return Random(f"{kind} {number}")  # noqa: S311  # not for secrets: the same seed must give the same numbers


def _called(kind: str, number: int, name: str) -> NamedRow:
    return NamedRow(uid_of(kind, number), name, slugify(name))


def _paper(number: int) -> str:
    dice = _dice("outlet", number)
    return f"The {make_place_name(dice)} {dice.choice(_PAPERS)}"


def _section(dice: Random, words: TextGenerator, story: int, kind: str) -> Section:
    sentences = _LENGTHS[kind]
    match kind:
        case "timeline":
            days = sorted(_day(dice) for _ in range(sentences))
            text = "\n".join(f"- {day} — {words.make_sentence()}" for day in days)
        case "people":
            said = (f"{choose_institution(dice)} — {words.make_sentence()}" for _ in range(sentences))
            text = "\n".join(f"- **{words.choose_person()}**, {each}" for each in said)
        case _:
            text = _cited(dice, words, sentences)
    return Section(uid=uid_of(f"section {kind}", story), kind=kind, heading=SECTION_KINDS[kind].heading, text=text)


def _cited(dice: Random, words: TextGenerator, sentences: int) -> str:
    """Return ``sentences`` sentences, three to a paragraph, with a citation after every second one."""
    said = [
        words.make_sentence() + (f"[@{dice.randint(1, CITED)}]" if number % 2 else "") for number in range(sentences)
    ]
    return "\n\n".join(" ".join(said[start : start + 3]) for start in range(0, sentences, 3))


def _passages(words: TextGenerator, story: int, citations: tuple[CitedArticle, ...]) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            uid=uid_of("passage", story, position),
            text=f"{cited.outlet.name} writes: {said}",
            outlets=(cited.outlet,),
            sources=(cited.number,),
        )
        for position, (cited, said) in enumerate(zip(citations, words.make_distinct_sentences(PASSAGES), strict=False))
    )


def _citations(dice: Random, words: TextGenerator, kind: str, number: int, count: int) -> tuple[CitedArticle, ...]:
    cited = dice.sample(build_outlets(), count)
    return tuple(_citation(dice, words, kind, number, position, outlet) for position, outlet in enumerate(cited))


def _citation(
    dice: Random, words: TextGenerator, kind: str, number: int, position: int, outlet: NamedRow
) -> CitedArticle:
    title = words.make_headline()
    return CitedArticle(
        number=position + 1,
        article=uid_of(f"article of {kind}", number, position),
        outlet=NamedOutlet(uid=outlet.uid, name=outlet.name),
        url=f"https://{outlet.slug}.example/{kind}/{number}/{position}-{slugify(title)}",
        title=title,
        published_on=_day(dice),
        author=words.choose_person(),
    )


def _topics(dice: Random, kind: str, number: int) -> tuple[NamedTopic, ...]:
    """Return some topics: the first one in half of all cases, and others more often if their number is low."""
    drawn = [0] if dice.random() < 0.5 else []
    drawn += dice.choices(range(1, TOPICS), cum_weights=_weights(), k=dice.randint(2, 4))
    return tuple(
        NamedTopic(
            uid=uid_of(f"topic of {kind}", number, each), topic=build_topics()[each].uid, name=build_topics()[each].name
        )
        for each in dict.fromkeys(drawn)
    )


@cache
def _weights() -> tuple[float, ...]:
    return tuple(accumulate(1 / (rank + 4) for rank in range(1, TOPICS)))


def _asked_by(dice: Random, story: int) -> list[int]:
    """Return the numbers of the questions that a story asks: the newest one and older ones."""
    newest = count_questions_before(story + 1) - 1
    return sorted({newest, *(dice.randint(0, newest) for _ in range(ASKED - 1))})


def _asked(number: int) -> AskedQuestion:
    (asked, *_), introduction = _worded(TextGenerator(_dice("question", number)))
    return AskedQuestion(uid=uid_of("question", number), question=asked, teaser=introduction)


def _worded(words: TextGenerator) -> tuple[list[str], str]:
    """Return a question with the narrower ones below it, and its introduction."""
    # These are drawn first, so that _asked() gets the same words as question().
    return words.make_questions(3), words.make_paragraph(2)


def _day(dice: Random) -> date:
    return _FIRST_DAY + timedelta(days=dice.randint(0, 2_000))
