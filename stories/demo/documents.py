"""Build documents from the files of the demonstration."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from uuid import UUID, uuid5

from django.utils import timezone

from newsroom.text.slugs import slugify
from stories.demo import files
from stories.demo.files import (
    EditionData,
    ImageData,
    QuestionData,
    QuestionEditionData,
    SectionsData,
    SourceData,
    StoryData,
)
from stories.documents import (
    SECTION_KINDS,
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)

_CITATION = re.compile(r"\[@(\d+)\]")


@cache
def build_questions(today: date) -> dict[str, QuestionPage]:
    """Return the question pages by key, in the order of their stories, as they read on the day of seeding."""
    return {
        written.key: build_question_page(written, story)
        for story in files.load_stories(today).values()
        for written in story.questions
    }


def build_edition(key: str, written: EditionData, *, today: date) -> Explainer:
    """Return the story under ``key`` as it was in one of its editions."""
    return build_explainer(key, today=today, without=written.omitted_sections, instead=written.instead)


def build_explainer(
    key: str, *, today: date, without: Iterable[str] = (), instead: Mapping[str, str] | None = None
) -> Explainer:
    """Return the story under ``key``, without the sections of the kinds in ``without``.

    ``instead`` maps words in its sections to their replacements. Raise KeyError if no section has the words.
    """
    written, asked = files.load_stories(today)[key], build_questions(today)
    left_out = set(without)
    return Explainer(
        uid=uid_of("story", key),
        slug=written.slug,
        language=written.language,
        headline=written.headline,
        headline_confirmed=written.headline_confirmed,
        standfirst=resolve_links(written.standfirst),
        lead_picture=_placed(written.picture, uid_of("story", key)) if written.picture else None,
        byline=tuple(
            NamedContributor(uid=uid_of("contributor", name), name=files.load_contributors()[name])
            for name in written.byline
        ),
        method_note=resolve_links(written.method),
        sections=tuple(
            section for section in _reworded(_sections(key, written), instead or {}) if section.kind not in left_out
        ),
        passages=tuple(
            Passage(
                uid=uid_of("passage", key, position),
                text=resolve_links(passage.text),
                outlets=tuple(
                    [_outlet(outlet) for outlet in passage.outlets]
                    + [NamedOutlet(uid=None, name=name) for name in passage.proposed]
                ),
                sources=tuple(sorted(passage.sources)),
            )
            for position, passage in enumerate(written.passages)
        ),
        questions=tuple(
            AskedQuestion(
                uid=asked[page].uid,
                question=asked[page].question,
                teaser=asked[page].introduction,
            )
            for page in written.asks
        ),
        headings=PartHeadings(**written.headings.model_dump()) if written.headings else PartHeadings(),
        topics=(
            *_topics(key, written.topics),
            *(
                NamedTopic(
                    uid=uid_of("named topic", key, proposed.name),
                    topic=None,
                    name=proposed.name,
                    description=resolve_links(proposed.description),
                )
                for proposed in written.proposed_topics
            ),
        ),
        citations=tuple(_citation(source) for source in written.sources),
        pictures=tuple(_placed(picture, uid_of("picture", picture.drawing)) for picture in written.pictures),
    )


def build_question_page(
    written: QuestionData, story: StoryData, edition: QuestionEditionData | None = None
) -> QuestionPage:
    """Return a question page, as it was in ``edition`` if one is given.

    Its sources are those of its story that it cites, and its own.
    """
    until = timezone.localdate((edition or written.editions[-1]).at)
    answers = [(position, answer) for position, answer in enumerate(written.answers) if answer.as_of <= until]
    texts = [written.introduction, *(answer.text for _, answer in answers)]
    cited = {int(number) for text in texts for number in _CITATION.findall(text)}
    return QuestionPage(
        uid=uid_of("question", written.key),
        slug=written.key,
        language=story.language,
        question=written.question,
        question_confirmed=True,
        introduction=resolve_links(written.introduction),
        answers=tuple(
            Answer(
                uid=uid_of("answer", written.key, position),
                question=answer.q,
                text=resolve_links(answer.text),
                as_of=answer.as_of,
            )
            for position, answer in answers
        ),
        topics=_topics(written.key, written.topics),
        citations=tuple(_citation(source) for source in (*story.sources, *written.sources) if source.n in cited),
    )


def _placed(picture: ImageData, uid: UUID) -> PlacedPicture:
    return PlacedPicture(
        uid=uid,
        image=uid_of("drawing", picture.drawing),
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
    )


def _sections(key: str, written: StoryData) -> Iterable[Section]:
    texts = _texts(written.sections)
    for kind in SECTION_KINDS.values():
        if texts.get(kind.code) or kind.code == "papers":
            yield Section(
                uid=uid_of("section", key, kind.code),
                kind=kind.code,
                heading=written.section_headings.get(kind.code, kind.heading),
                text=resolve_links(texts.get(kind.code, "")),
            )


def _reworded(sections: Iterable[Section], instead: Mapping[str, str]) -> list[Section]:
    found = list(sections)
    for words, others in instead.items():
        if not any(words in section.text for section in found):
            raise KeyError(words)
        found = [each.model_copy(update={"text": each.text.replace(words, others)}) for each in found]
    return found


def _texts(sections: SectionsData) -> dict[str, str]:
    people = [
        f"- {f'[{p.name}](topic:{p.topic})' if p.topic else f'**{p.name}**'}, {p.role} — {p.text}"
        for p in sections.people
    ]
    return {
        "happened": sections.happened,
        "behind": sections.behind,
        "background": sections.background,
        "timeline": "\n".join(f"- {entry.when} — {entry.text}" for entry in sections.timeline),
        "people": "\n".join(people),
        "unknowns": "\n".join(f"- [{u.state}] {u.question} (since {u.since}) {u.text}" for u in sections.unknowns),
        "next": sections.next,
    }


def _outlet(key: str) -> NamedOutlet:
    return NamedOutlet(uid=uid_of("outlet", key), name=files.load_outlets()[key].name)


def _topics(key: str, named: Iterable[str]) -> tuple[NamedTopic, ...]:
    return tuple(
        NamedTopic(
            uid=uid_of("named topic", key, topic), topic=uid_of("topic", topic), name=files.load_topics()[topic].name
        )
        for topic in named
    )


def _citation(source: SourceData) -> CitedArticle:
    outlet = _outlet(source.outlet) if source.outlet else NamedOutlet(uid=None, name=source.proposed)
    host = files.load_outlets()[source.outlet].host if source.outlet else f"{slugify(source.proposed)}.example"
    url = f"https://{host}/{source.dated:%Y/%m/%d}/{slugify(source.title)}/"
    return CitedArticle(
        number=source.n,
        article=uid_of("article", url),
        outlet=outlet,
        url=url,
        title=source.title,
        published_on=source.dated,
        author=source.by,
        paywalled=source.paywalled,
    )


_WORLD = UUID("0b7f8a52-6f57-5d0e-8f4e-2f7a7c1d9e30")
_BY_KEY = re.compile(r"\]\((story|question|topic|picture):([^)\s]+)\)")


def uid_of(kind: str, *keys: str | int) -> UUID:
    """Return the uid for ``kind`` and ``keys``, as in ``uid_of("section", "kelmar-barrier", "behind")``."""
    return uuid5(_WORLD, "/".join((kind, *map(str, keys))))


def resolve_links(text: str) -> str:
    """Return the Markdown with links by key, such as ``[words](topic:vessara)``, turned into links by uid."""
    return _BY_KEY.sub(lambda link: f"]({link[1]}:{uid_of(link[1], link[2])})", text).strip()
