"""Build the stories and questions of the corpus as documents. Each depends only on its number, not on the machine."""

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
STORIES_PER_QUESTION = 4  # one new question for this many stories
QUESTIONS_PER_STORY = 2
SOURCES_PER_STORY = 7
PASSAGES = 6

_NAMESPACE = UUID("7d0a4f0e-3c55-5b39-9c1e-5f1f6f5a2b90")
_FIRST_DAY = date(2020, 1, 1)
_OUTLET_TYPES = (
    "Courier", "Echo", "Examiner", "Gazette", "Herald", "Journal", "Ledger", "Mercury", "Observer", "Post",
    "Record", "Telegraph", "Times",
)  # fmt: skip
# The number of sentences, or of list entries, in each kind of section.
_SECTION_LENGTHS = {"happened": 3, "behind": 6, "papers": 0, "background": 4, "timeline": 4, "people": 3, "next": 2}


class NamedRow(NamedTuple):
    """A topic or an outlet of the corpus: its uid, its name and its slug."""

    uid: UUID
    name: str
    slug: str


@cache
def build_topics() -> tuple[NamedRow, ...]:
    """Return the topics. About half of all stories and questions have the first topic."""
    return tuple(_make_row("topic", number, make_place_name(_make_rng("topic", number))) for number in range(TOPICS))


@cache
def build_outlets() -> tuple[NamedRow, ...]:
    return tuple(_make_row("outlet", number, _make_outlet_name(number)) for number in range(OUTLETS))


def uid_of(kind: str, *keys: int) -> UUID:
    """Return the uid of a part of the corpus, as in ``uid_of("story", 7)``."""
    return uuid5(_NAMESPACE, "/".join((kind, *map(str, keys))))


def count_questions_before(story: int) -> int:
    """Return the number of different questions in the stories before ``story``."""
    return -(-story // STORIES_PER_QUESTION)


def build_story(number: int) -> Explainer:
    """Return the story with this number, counted from 0."""
    rng = _make_rng("story", number)
    text_generator = TextGenerator(rng)
    headline = text_generator.make_headline()
    citations = _build_citations(rng, text_generator, "story", number, SOURCES_PER_STORY)
    return Explainer(
        uid=uid_of("story", number),
        slug=slugify(headline),
        headline=headline,
        headline_confirmed=True,
        standfirst=text_generator.make_paragraph(2),
        sections=tuple(_build_section(rng, text_generator, number, kind) for kind in _SECTION_LENGTHS),
        passages=_build_passages(text_generator, number, citations),
        questions=tuple(_build_asked_question(question_number) for question_number in _choose_questions(rng, number)),
        topics=_build_topics(rng, "story", number),
        citations=citations,
    )


def build_question(number: int) -> QuestionPage:
    """Return the question with this number, counted from 0."""
    rng = _make_rng("question", number)
    text_generator = TextGenerator(rng)
    (main_question, *narrower), introduction = _make_questions_and_introduction(text_generator)
    return QuestionPage(
        uid=uid_of("question", number),
        slug=slugify(main_question),
        question=main_question,
        question_confirmed=True,
        introduction=introduction,
        answers=tuple(
            Answer(
                uid=uid_of("answer", number, position),
                question=each,
                text=f"{text_generator.make_paragraph(4)}[@{position + 1}]",
                as_of=_random_day(rng),
            )
            for position, each in enumerate(narrower)
        ),
        topics=_build_topics(rng, "question", number),
        citations=_build_citations(rng, text_generator, "question", number, len(narrower)),
    )


def _make_rng(kind: str, number: int) -> Random:
    return Random(f"{kind} {number}")  # noqa: S311  # not used for secrets: the same seed must give the same numbers


def _make_row(kind: str, number: int, name: str) -> NamedRow:
    return NamedRow(uid_of(kind, number), name, slugify(name))


def _make_outlet_name(number: int) -> str:
    rng = _make_rng("outlet", number)
    return f"The {make_place_name(rng)} {rng.choice(_OUTLET_TYPES)}"


def _build_section(rng: Random, text_generator: TextGenerator, story: int, kind: str) -> Section:
    sentences = _SECTION_LENGTHS[kind]
    match kind:
        case "timeline":
            days = sorted(_random_day(rng) for _ in range(sentences))
            text = "\n".join(f"- {day} — {text_generator.make_sentence()}" for day in days)
        case "people":
            sentences_with_citations = (
                f"{choose_institution(rng)} — {text_generator.make_sentence()}" for _ in range(sentences)
            )
            text = "\n".join(f"- **{text_generator.choose_person()}**, {each}" for each in sentences_with_citations)
        case _:
            text = _make_cited_text(rng, text_generator, sentences)
    return Section(uid=uid_of(f"section {kind}", story), kind=kind, heading=SECTION_KINDS[kind].heading, text=text)


def _make_cited_text(rng: Random, text_generator: TextGenerator, sentences: int) -> str:
    """Return ``sentences`` sentences in paragraphs of three, with a citation after every second sentence."""
    sentences_with_citations = [
        text_generator.make_sentence() + (f"[@{rng.randint(1, SOURCES_PER_STORY)}]" if number % 2 else "")
        for number in range(sentences)
    ]
    return "\n\n".join(" ".join(sentences_with_citations[start : start + 3]) for start in range(0, sentences, 3))


def _build_passages(
    text_generator: TextGenerator, story: int, citations: tuple[CitedArticle, ...]
) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            uid=uid_of("passage", story, position),
            text=f"{cited.outlet.name} writes: {sentences_with_citations}",
            outlets=(cited.outlet,),
            sources=(cited.number,),
        )
        for position, (cited, sentences_with_citations) in enumerate(
            zip(citations, text_generator.make_distinct_sentences(PASSAGES), strict=False)
        )
    )


def _build_citations(
    rng: Random, text_generator: TextGenerator, kind: str, number: int, count: int
) -> tuple[CitedArticle, ...]:
    cited = rng.sample(build_outlets(), count)
    return tuple(
        _build_citation(rng, text_generator, kind, number, position, outlet) for position, outlet in enumerate(cited)
    )


def _build_citation(
    rng: Random, text_generator: TextGenerator, kind: str, number: int, position: int, outlet: NamedRow
) -> CitedArticle:
    title = text_generator.make_headline()
    return CitedArticle(
        number=position + 1,
        article=uid_of(f"article of {kind}", number, position),
        outlet=NamedOutlet(uid=outlet.uid, name=outlet.name),
        url=f"https://{outlet.slug}.example/{kind}/{number}/{position}-{slugify(title)}",
        title=title,
        published_on=_random_day(rng),
        author=text_generator.choose_person(),
    )


def _build_topics(rng: Random, kind: str, number: int) -> tuple[NamedTopic, ...]:
    """Return some topics: the first topic with probability 0.5, and others, with lower numbers more likely."""
    numbers = [0] if rng.random() < 0.5 else []
    numbers += rng.choices(range(1, TOPICS), cum_weights=_topic_weights(), k=rng.randint(2, 4))
    return tuple(
        NamedTopic(
            uid=uid_of(f"topic of {kind}", number, each), topic=build_topics()[each].uid, name=build_topics()[each].name
        )
        for each in dict.fromkeys(numbers)
    )


@cache
def _topic_weights() -> tuple[float, ...]:
    return tuple(accumulate(1 / (rank + 4) for rank in range(1, TOPICS)))


def _choose_questions(rng: Random, story: int) -> list[int]:
    """Return the numbers of the questions in a story: the newest question and, usually, an older one."""
    newest = count_questions_before(story + 1) - 1
    return sorted({newest, *(rng.randint(0, newest) for _ in range(QUESTIONS_PER_STORY - 1))})


def _build_asked_question(number: int) -> AskedQuestion:
    (main_question, *_), introduction = _make_questions_and_introduction(TextGenerator(_make_rng("question", number)))
    return AskedQuestion(uid=uid_of("question", number), question=main_question, teaser=introduction)


def _make_questions_and_introduction(text_generator: TextGenerator) -> tuple[list[str], str]:
    """Return the main question and the narrower ones in one list, and the introduction."""
    # Generate these first, so that _build_asked_question() gets the same texts as build_question().
    return text_generator.make_questions(3), text_generator.make_paragraph(2)


def _random_day(rng: Random) -> date:
    return _FIRST_DAY + timedelta(days=rng.randint(0, 2_000))
