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
    CellData,
    ClaimData,
    EditionData,
    ForecastData,
    ImageData,
    OpenQuestionData,
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
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
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
from stories.documents.cell_values import Amounts, read_amounts

_CITATION = re.compile(r"\[@(\d+)\]")


@cache
def build_questions(today: date) -> dict[str, QuestionPage]:
    """Return the question pages as of their last editions, by key, in the order of their stories."""
    return {
        data.key: build_question_page(data, story)
        for story in files.load_stories(today).values()
        for data in story.questions
    }


def build_edition(key: str, data: EditionData, *, today: date) -> Explainer:
    """Return the story with this key in the state of one of its editions.

    Raise the same error as ``build_explainer``.
    """
    return build_explainer(
        key,
        today=today,
        last_day=timezone.localdate(data.at),
        omitted_sections=data.omitted_sections,
        replacements=data.replacements,
    )


def build_explainer(
    key: str,
    *,
    today: date,
    last_day: date = date.max,
    omitted_sections: Iterable[str] = (),
    replacements: Mapping[str, str] | None = None,
) -> Explainer:
    """Return the story with this key, without the sections of the kinds in ``omitted_sections``.

    Its forecasts are those that were made by ``last_day``, with what had been decided about them by then.
    ``replacements`` maps phrases in its sections to other phrases. Raise KeyError for an unknown key, or for a phrase
    that occurs in no section.
    """
    data, questions = files.load_stories(today)[key], build_questions(today)
    omitted = set(omitted_sections)
    return Explainer(
        uid=uid_of("story", key),
        slug=data.slug,
        language=data.language,
        headline=data.headline,
        headline_confirmed=data.headline_confirmed,
        standfirst=resolve_links(data.standfirst),
        lead_picture=_build_picture(data.picture, uid_of("story", key)) if data.picture else None,
        byline=tuple(
            NamedContributor(uid=uid_of("contributor", name), name=files.load_contributors()[name].name)
            for name in data.byline
        ),
        method_note=resolve_links(data.method),
        sections=tuple(
            section
            for section in _replace_words(_iter_sections(key, data), replacements or {})
            if section.kind not in omitted
        ),
        passages=tuple(
            Passage(
                uid=uid_of("passage", key, position),
                text=resolve_links(passage.text),
                outlets=tuple(
                    [_build_outlet(outlet) for outlet in passage.outlets]
                    + [NamedOutlet(uid=None, name=name) for name in passage.proposed_outlets]
                ),
                sources=tuple(sorted(passage.sources)),
            )
            for position, passage in enumerate(data.passages)
        ),
        figures=tuple(
            KeyFigure(uid=uid_of("figure", key, position), **figure.model_dump())
            for position, figure in enumerate(data.figures)
        ),
        claims=tuple(_build_claim(key, claim, data.language) for claim in data.claims),
        forecasts=_build_forecasts(key, data.forecasts, last_day),
        questions=tuple(
            AskedQuestion(
                uid=questions[page].uid,
                question=questions[page].question,
                teaser=questions[page].introduction,
            )
            for page in data.question_keys
        ),
        headings=PartHeadings(**data.headings.model_dump()) if data.headings else PartHeadings(),
        topics=(
            *_build_topics(key, data.topics),
            *(
                NamedTopic(
                    uid=uid_of("named topic", key, proposed.name),
                    topic=None,
                    name=proposed.name,
                    description=resolve_links(proposed.description),
                )
                for proposed in data.proposed_topics
            ),
        ),
        citations=tuple(_build_citation(source) for source in data.sources),
        pictures=tuple(_build_picture(picture, uid_of("picture", picture.drawing)) for picture in data.pictures),
    )


def build_question_page(
    data: QuestionData, story: StoryData, edition: QuestionEditionData | None = None
) -> QuestionPage:
    """Return a question page in the state of ``edition`` or, by default, of its last edition.

    Its sources are the cited articles from its story and from its own list.
    """
    last_day = timezone.localdate((edition or data.editions[-1]).at)
    answers = [(position, answer) for position, answer in enumerate(data.answers) if answer.as_of <= last_day]
    short_answer = data.short_answer if edition in (None, data.editions[-1]) else ""
    texts = [data.missing, short_answer, data.introduction, *(answer.text for _, answer in answers)]
    cited = {int(number) for text in texts for number in _CITATION.findall(text)}
    return QuestionPage(
        uid=uid_of("question", data.key),
        slug=data.key,
        language=story.language,
        question=data.question,
        question_confirmed=True,
        state=(edition or data.editions[-1]).state or "",
        open_since=data.open_since,
        missing=resolve_links(data.missing),
        could_answer=data.could_answer,
        short_answer=resolve_links(short_answer),
        short_answer_as_of=max(answer.as_of for _, answer in answers) if short_answer else None,
        short_answer_expires_on=data.valid_until if short_answer else None,
        introduction=resolve_links(data.introduction),
        answers=tuple(
            Answer(
                uid=uid_of("answer", data.key, position),
                question=answer.question,
                text=resolve_links(answer.text),
                as_of=answer.as_of,
            )
            for position, answer in answers
        ),
        topics=_build_topics(data.key, data.topics),
        citations=tuple(
            _build_citation(source) for source in (*story.sources, *data.sources) if source.number in cited
        ),
    )


def _build_forecasts(key: str, forecasts: Iterable[ForecastData], last_day: date) -> tuple[Forecast, ...]:
    decision = {"state", "outcome", "outcome_source", "decided_on"}
    return tuple(
        Forecast(
            uid=uid_of("forecast", key, position),
            **forecast.model_dump(exclude=None if (forecast.decided_on or date.min) <= last_day else decision),
        )
        for position, forecast in enumerate(forecasts)
        if forecast.said_on <= last_day
    )


def _build_picture(picture: ImageData, uid: UUID) -> PlacedPicture:
    return PlacedPicture(
        uid=uid,
        image=uid_of("drawing", picture.drawing),
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
    )


def _iter_sections(key: str, data: StoryData) -> Iterable[Section]:
    texts = _build_texts(data.sections)
    for kind in SECTION_KINDS.values():
        if texts.get(kind.code) or kind.code == "papers":
            yield Section(
                uid=uid_of("section", key, kind.code),
                kind=kind.code,
                heading=data.section_headings.get(kind.code, kind.heading),
                text=resolve_links(texts.get(kind.code, "")),
            )


def _format_unknown(entry: OpenQuestionData) -> str:
    question = f"[{entry.question}](question:{entry.page})" if entry.page else entry.question
    return f"- [{entry.state}] {question} (since {entry.since}) {entry.text}"


def _replace_words(sections: Iterable[Section], replacements: Mapping[str, str]) -> list[Section]:
    result = list(sections)
    for words, new_words in replacements.items():
        if not any(words in section.text for section in result):
            raise KeyError(words)
        result = [each.model_copy(update={"text": each.text.replace(words, new_words)}) for each in result]
    return result


def _build_texts(sections: SectionsData) -> dict[str, str]:
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
        "unknowns": "\n".join(map(_format_unknown, sections.unknowns)),
        "next": sections.next,
    }


def _build_claim(key: str, data: ClaimData, language: str) -> Claim:
    return Claim(
        uid=uid_of("claim", key, data.key),
        cells=tuple(_build_cell(uid_of("cell", key, data.key, cell.outlet), cell, language) for cell in data.cells),
        **data.model_dump(exclude={"key", "cells"}),
    )


def _build_cell(uid: UUID, data: CellData, language: str) -> Cell:
    """Return the cell with the amounts of its value, as the form fills them in."""
    amounts = Amounts() if data.when else read_amounts(data.value, language)
    return Cell(
        uid=uid,
        outlet=_build_outlet(data.outlet),
        **amounts._asdict(),
        when=data.when.replace(" ", "T"),
        **data.model_dump(exclude={"outlet", "when"}),
    )


def _build_outlet(key: str) -> NamedOutlet:
    return NamedOutlet(uid=uid_of("outlet", key), name=files.load_outlets()[key].name)


def _build_topics(key: str, topic_keys: Iterable[str]) -> tuple[NamedTopic, ...]:
    return tuple(
        NamedTopic(
            uid=uid_of("named topic", key, topic), topic=uid_of("topic", topic), name=files.load_topics()[topic].name
        )
        for topic in topic_keys
    )


def _build_citation(source: SourceData) -> CitedArticle:
    outlet = _build_outlet(source.outlet) if source.outlet else NamedOutlet(uid=None, name=source.proposed_outlet)
    host = files.load_outlets()[source.outlet].host if source.outlet else f"{slugify(source.proposed_outlet)}.example"
    url = f"https://{host}/{source.dated:%Y/%m/%d}/{slugify(source.title)}/"
    return CitedArticle(
        number=source.number,
        article=uid_of("article", url),
        outlet=outlet,
        url=url,
        title=source.title,
        published_on=source.dated,
        author=source.author,
        paywalled=source.paywalled,
    )


_NAMESPACE = UUID("0b7f8a52-6f57-5d0e-8f4e-2f7a7c1d9e30")
_LINK_BY_KEY = re.compile(r"\]\((story|question|topic|picture|claim):([^)\s]+)\)")


def uid_of(kind: str, *keys: str | int) -> UUID:
    """Return the uid for ``kind`` and ``keys``, as in ``uid_of("section", "kelmar-barrier", "behind")``."""
    return uuid5(_NAMESPACE, "/".join((kind, *map(str, keys))))


def resolve_links(text: str) -> str:
    """Return the Markdown without surrounding white space, with each link by key replaced by a link by uid.

    A link by key is written as ``[words](topic:vessara)``.
    """
    return _LINK_BY_KEY.sub(lambda link: f"]({link[1]}:{uid_of(link[1], link[2])})", text).strip()
