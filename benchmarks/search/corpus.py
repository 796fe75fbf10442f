"""Invented stories and questions for measuring the search, with word frequencies as in a newspaper (Zipf's law).

Editions, the names in them and the rows of the search index are inserted in bulk. They contain everything that a
search results page needs and nothing else: no drafts and no history.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

from django.db import transaction

from newsroom.search.index import index_entries
from newsroom.search.index.entries import Entry, TextPart
from stories.models import Document, Edition, EditionOutlet, EditionTopic, Outlet, Revision, Work
from topics.models import Topic

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOPICS, OUTLETS, BATCH = 500, 100, 250
RARE_WORDS = 60_000
SYLLABLES = ("ka", "lo", "mer", "tin", "sa", "ve", "dor", "pi", "nu", "gar", "es", "ol", "ri", "ban", "cu", "fe")
SECTIONS = ("happened", "behind", "background")
ENGLISH = """
the of and to in a is for on that with as was by at from it be are has this have will not an which but were they or had
their more new been who its one people year after two would all about up when there out also than first year may other
time over into government minister city water report election prices police school energy plan court bank bridge storm
harbour strike hospital border railway line closed budget ferry captain ruling pier rates teachers doctors night warning
survey glacier permit dredger council board authority watch post daily state country house party week month law work
health company market company world war family road river island north south east west station train bus fire rain
winter summer spring snow flood coast sea ship boat fish farm farmers bread milk wheat oil gas power wind sun coal steel
workers union wages jobs tax taxes money million billion percent growth debt trade exports imports customs lorries
bridges tunnels airport flights fares tickets passengers commuters parents children students pupils university science
study researchers experts scientists climate weather heat drought forest trees park animals birds bees disease virus
vaccine patients nurses clinic medicine drugs crime prison judge lawyer trial verdict appeal evidence witness victims
army soldiers peace talks treaty president parliament senate members vote votes ballot candidates campaign debate
mayor region village villages towns capital embassy visa migrants refugees asylum rights freedom press newspaper editor
"""
OTHERS = {
    "de": "die der und in den von zu mit Regierung Brücke Brücken Häuser Haus am Hafen Stadt Wasser Streik Schule Wahl",
    "es": "la el de que y en los organizaciones organización del puerto gobierno ciudades ciudad agua huelga escuela",
    "ar": "في من على إلى الميناء الحكومة المدينة الشاحنات المستشفى المياه الانتخابات المدرسة الإضراب الجسر",
    "ja": "港口の橋は閉鎖された。 政府は水の料金を発表した。 学校のストライキが続く。",
}
NAMES = ("Minister Watch", "Harbour Authority", "The City Post", "Water Council", "Energy Board", "Daily Report")


def vocabulary() -> list[str]:
    """Return all English words, most frequent first: real words, then invented ones made of syllables."""
    random_source = random.Random(1)  # noqa: S311 -- the same words each time
    invented = {"".join(random_source.choices(SYLLABLES, k=random_source.randint(2, 5))) for _ in range(2 * RARE_WORDS)}
    return [*dict.fromkeys(ENGLISH.split()), *sorted(invented, key=lambda word: (len(word), word))[:RARE_WORDS]]


@dataclass(frozen=True, slots=True)
class WordSource:
    """Source of words in one language. Earlier words are more frequent."""

    random_source: random.Random
    words: list[str]
    weights: list[float]

    @classmethod
    def of(cls, random_source: random.Random, words: list[str]) -> "WordSource":
        """Return a source in which the n-th word has the weight 1/(n + 1), much as in most languages."""
        return cls(random_source, words, list(accumulate(1 / (place + 2) for place in range(len(words)))))

    def draw_words(self, count: int) -> str:
        """Return ``count`` words, joined by spaces."""
        return " ".join(self.random_source.choices(self.words, cum_weights=self.weights, k=count))


@dataclass(frozen=True, slots=True)
class Names:
    """Topics and outlets. A few of them occur in many stories."""

    topics: list[Topic]
    outlets: list[Outlet]

    @classmethod
    def make(cls, random_source: random.Random, english: WordSource) -> "Names":
        """Insert topics and outlets, index them, and return them."""

        def build_fields(kind: str, number: int) -> dict[str, str]:
            name = NAMES[number] if number < len(NAMES) else english.draw_words(2).title()
            return {
                "name": f"{name} {number}",
                "folded_name": f"{name} {number}".lower(),
                "slug": f"{kind}-{number + 1}",
            }

        topics = Topic.objects.bulk_create(
            Topic(**build_fields("topic", number), description=english.draw_words(20)) for number in range(TOPICS)
        )
        outlets = Outlet.objects.bulk_create(
            Outlet(**build_fields("source", number), country="Vessara") for number in range(OUTLETS)
        )
        index_entries(
            Entry(entity.address_kind, entity.uid, (entity.name,), texts=(TextPart(str(entity.description)),))
            for entity in (*topics, *outlets)
        )
        return cls(topics, outlets)


def insert_works(stories: int, words: int) -> Iterator[int]:
    """Insert ``stories`` works, every sixth of them a question, and yield the number so far after each batch.

    A story has about ``words`` words, and a question half as many.
    """
    random_source = random.Random(1)  # noqa: S311 -- the same corpus each time
    word_sources = {code: WordSource.of(random_source, words.split()) for code, words in OTHERS.items()}
    word_sources["en"] = WordSource.of(random_source, vocabulary())
    with transaction.atomic():
        names = Names.make(random_source, word_sources["en"])
        document = Document.objects.create(digest="0" * 64, kind="story", schema=1, body={})
    revision = None
    for start in range(0, stories, BATCH):
        numbers = range(start, min(start + BATCH, stories))
        with transaction.atomic():
            works = Work.objects.bulk_create(
                Work(
                    kind="question" if number % 6 == 5 else "story", uid=UUID(int=10**6 + number), slug=f"page-{number}"
                )
                for number in numbers
            )
            revision = revision or Revision.objects.create(work=works[0], number=1, document=document)
            editions = [
                _build_edition(
                    random_source,
                    word_sources[random_source.choices(("en", *OTHERS), (88, 5, 3, 3, 1))[0]],
                    work,
                    stories - number,
                    words,
                )
                for number, work in zip(numbers, works, strict=True)
            ]
            _insert_batch(editions, names, revision, random_source)
        yield numbers[-1] + 1


def _build_edition(
    random_source: random.Random, word_source: WordSource, work: Work, age: int, words: int
) -> tuple[Edition, dict[str, str]]:
    language = next(
        (code for code, words_of_language in OTHERS.items() if words_of_language.split() == word_source.words), "en"
    )
    is_story = work.kind == "story"
    texts = (
        {kind: word_source.draw_words(words // 4) for kind in (*SECTIONS, "papers")}
        if is_story
        else {"": word_source.draw_words(words // 2)}
    )
    updated_at = NOW - timedelta(minutes=20 * age, seconds=random_source.randrange(60))
    html = [
        {"kind": kind, "heading": word_source.draw_words(4), "body_html": f"<p>{text}</p>"}
        for kind, text in texts.items()
        if kind != "papers"
    ]
    fragments: dict[str, object] = (
        {"sections": html} if is_story else {"answers": [{"question": "", **html[0], "as_of": None}]}
    )
    if is_story:
        fragments["sections"] = [*html, {"kind": "papers", "heading": "The papers", "body_html": ""}]
        fragments["passages"] = [{"body_html": f"<p>{texts['papers']}</p>"}]
    edition = Edition(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        number=1,
        slug=work.slug,
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        title=word_source.draw_words(8).capitalize(),
        summary=word_source.draw_words(25).capitalize() + ".",
        fragments=fragments,
        live_from=updated_at,
        first_published_at=updated_at,
        updated_at=updated_at,
        change="first",
        outlet_count=3,
    )
    return edition, texts


def _insert_batch(
    editions: list[tuple[Edition, dict[str, str]]], names: Names, revision: Revision, random_source: random.Random
) -> None:
    for edition, _ in editions:
        edition.document_id, edition.revision_id = revision.document_id, revision.pk
    Edition.objects.bulk_create([edition for edition, _ in editions])
    topics, outlets, entries = [], [], []
    # The n-th entity is named 1/n times as often as the first.
    weights = [[1 / (position + 1) for position in range(len(entities))] for entities in (names.topics, names.outlets)]
    for edition, texts in editions:
        topics_of_edition = list(dict.fromkeys(random_source.choices(names.topics, weights[0], k=3)))
        outlets_of_edition = list(dict.fromkeys(random_source.choices(names.outlets, weights[1], k=4)))
        span = {
            "edition": edition,
            "live_from": edition.live_from,
            "live_until": edition.live_until,
            "work_kind": edition.work_kind,
            "language": edition.language,
            "updated_at": edition.updated_at,
            "uid": edition.uid,
        }
        topics += [
            EditionTopic(topic=topic, position=position, **span) for position, topic in enumerate(topics_of_edition)
        ]
        outlets += [
            EditionOutlet(outlet=outlet, position=position, **span)
            for position, outlet in enumerate(outlets_of_edition)
        ]
        headings = [part for part in edition.fragments.get("sections", ()) if "heading" in part]
        entries.append(
            Entry(
                edition.work_kind,
                edition.uid,
                (edition.title,),
                language=edition.language,
                summary=edition.summary,
                headings=tuple(TextPart(part["heading"], part["kind"]) for part in headings),
                texts=tuple(TextPart(text, kind) for kind, text in texts.items()),
                names=tuple(entity.name for entity in (*topics_of_edition, *outlets_of_edition)),
                topics=tuple(topic.uid for topic in topics_of_edition),
                outlets=tuple(outlet.uid for outlet in outlets_of_edition),
                edition=edition.pk,
                updated_at=edition.updated_at,
                live_from=edition.live_from,
            )
        )
    EditionTopic.objects.bulk_create(topics)
    EditionOutlet.objects.bulk_create(outlets)
    index_entries(entries)
