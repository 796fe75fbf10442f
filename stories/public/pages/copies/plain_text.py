"""The plain-text copy of a page: edition and URL, text with numbered citations, corrections and sources."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils import formats, timezone, translation
from django.utils.translation import gettext, pgettext

from newsroom.text.join import join_list
from newsroom.text.plain import render_plain_text
from stories.documents import Explainer, KeyFigure, Passage, QuestionPage
from stories.documents.claim_lines import plain_lines
from stories.documents.export.text import (
    TextFormat,
    describe_answer,
    iter_facts,
    iter_sections,
    markdown_to_text,
    write_claim,
)
from stories.documents.forecast_lines import write_forecast
from stories.documents.headings import AGREEMENT, FIGURES, FORECASTS, TOPICS, usual_heading
from stories.documents.key_figures import describe_origin, write_sentence
from stories.documents.page_order import PageGroup, group_sections, in_page_order
from stories.documents.render import SourceFragment
from stories.documents.render.paragraphs import MIN_SHARED, measure_shared
from stories.documents.schema import HAPPENED
from stories.editions.models import Edition
from stories.public.pages.copies.documents import PublicCopy
from stories.public.pages.history.corrections import load_corrections
from stories.public.pages.history.recent_changes import AnnouncedChange

# Matches the line break before a line that is not empty.
_LINE_BREAK = re.compile(r"\n(?!\n)")


def render_text(copy: PublicCopy) -> str:
    """Return the page as plain text, with labels in the page's language, in at most two queries."""
    corrections = load_corrections({copy.edition.uid}, at=copy.at).get(copy.edition.uid, [])
    numbers = {source.number: source.display for source in copy.sources}
    text_format = TextFormat(
        lambda markdown, convention: render_plain_text(markdown, numbers=numbers, convention=convention),
        _format_item,
        "\n",
    )
    document = copy.document
    with translation.override(copy.edition.language):
        body = (
            _iter_story_parts(document, text_format)
            if isinstance(document, Explainer)
            else _iter_question_parts(document, text_format)
        )
        parts = [
            _format_head(copy.edition, copy.url),
            *_insert_corrections(body, corrections),
            _join_part(gettext("Corrections"), [_format_correction(correction) for correction in corrections]),
            _join_part(gettext("Sources"), [_format_source(source) for source in copy.sources]),
        ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _format_head(edition: Edition, url: str) -> str:
    label = gettext("Edition {label}, {day}").format(label=edition.label, day=_format_day(edition.updated_at))
    return "\n".join([edition.title, label, url])


def _iter_story_parts(story: Explainer, text_format: TextFormat) -> Iterator[str]:
    as_on_page = story.model_copy(
        update={
            "passages": tuple(map(_cite_all_sources, story.passages)),
            "sections": tuple(in_page_order(story.sections, kind=lambda section: section.kind)),
        }
    )
    if not any(section.kind == HAPPENED.code and section.text for section in story.sections):
        yield markdown_to_text(story.standfirst, text_format)
    sections = [_join_part(heading, [text] if text else []) for heading, text in iter_sections(as_on_page, text_format)]
    end_of_group = len(group_sections(story.sections, kind=lambda section: section.kind)[PageGroup.STORY])
    yield from sections[:end_of_group]
    lines = plain_lines(story.language, lambda number: text_format.to_plain_text(f"[@{number}]", ""))
    # An empty line would part the note from its item.
    claims = [_format_item(write_claim(claim, lines, text_format).replace("\n\n", "\n")) for claim in story.claims]
    yield _join_part(usual_heading(AGREEMENT, story.language), claims)
    figures = [_format_item(_format_figure(figure, story.language, text_format)) for figure in story.figures]
    yield _join_part(usual_heading(FIGURES, story.language), figures)
    yield from sections[end_of_group:]
    forecasts = [
        "\n".join(write_forecast(each, lines, outcome=markdown_to_text(each.outcome, text_format)))
        for each in story.forecasts
    ]
    yield _join_part(usual_heading(FORECASTS, story.language), list(map(_format_item, forecasts)))
    if story.questions or story.topics:
        yield story.headings.deeper
    questions = [
        _format_item(_join_part(each.question, [markdown_to_text(each.teaser, text_format)]))
        for each in story.questions
    ]
    yield _join_part(story.headings.questions, questions)
    yield _join_part(
        story.headings.topics, [_format_topic(topic.name, topic.description, text_format) for topic in story.topics]
    )


def _iter_question_parts(page: QuestionPage, text_format: TextFormat) -> Iterator[str]:
    yield from iter_facts(page, text_format)
    yield markdown_to_text(page.introduction, text_format)
    for answer in page.answers:
        as_of = f"{gettext('as of')} {_format_day(answer.as_of)}" if answer.as_of else ""
        dates = describe_answer(answer, page.language) or as_of
        yield _join_part(answer.question, [markdown_to_text(answer.text, text_format), dates])
    topics = [_format_topic(topic.name, topic.description, text_format) for topic in page.topics]
    yield _join_part(usual_heading(TOPICS, page.language), topics)


def _format_figure(figure: KeyFigure, language: str, text_format: TextFormat) -> str:
    citation = text_format.to_plain_text(f"[@{figure.source}]", "") if figure.source else ""
    return write_sentence(
        figure.value, figure.counts, describe_origin(figure, language), citation=f" {citation}" if citation else ""
    )


def _cite_all_sources(passage: Passage) -> Passage:
    """Return the passage with citations added at the end for articles that its text does not cite."""
    missing = [mark for number in passage.sources if (mark := f"[@{number}]") not in passage.text]
    return passage.model_copy(update={"text": f"{passage.text}{''.join(missing)}"})


def _format_topic(name: str, description: str, text_format: TextFormat) -> str:
    return _format_item(_join_part(name, [markdown_to_text(description, text_format)]))


def _insert_corrections(parts: Iterable[str], corrections: Sequence[AnnouncedChange]) -> list[str]:
    """Return the paragraphs of the page, with each correction directly after the paragraph that it corrects.

    A correction whose words are in no paragraph is left out.
    """
    paragraphs = [paragraph for part in parts if part for paragraph in part.strip().split("\n\n")]
    notes: dict[int, list[str]] = {}
    for correction in reversed(corrections):
        sentence = correction.edition.is_right
        shared = [measure_shared(paragraph, sentence) for paragraph in paragraphs]
        if (most := max(shared, default=0)) >= MIN_SHARED:
            notes.setdefault(shared.index(most), []).append(_format_note(correction.edition))
    return [text for place, paragraph in enumerate(paragraphs) for text in (paragraph, *notes.get(place, ()))]


def _format_note(correction: Edition) -> str:
    label = join_list((gettext("Correction"), _format_day(correction.live_from)))
    return f"[{label}. {' '.join(_list_corrected_words(correction))}]"


def _list_corrected_words(correction: Edition) -> list[str]:
    lines = (
        f"{gettext('Wrong:')} {correction.was_wrong}",
        f"{gettext('Right:')} {correction.is_right}",
        correction.note,
    )
    return [line for line in lines if line]


def _format_correction(correction: AnnouncedChange) -> str:
    edition = correction.edition
    return _format_item(_join_part(_format_day(edition.live_from), _list_corrected_words(edition)))


def _format_source(source: SourceFragment) -> str:
    details = join_list((source.outlet.name, source.author, source.published_on and _format_day(source.published_on)))
    return f"{source.display}. {source.title}\n   {details}\n   {source.url}"


def _format_day(day: date) -> str:
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return formats.date_format(local, pgettext("date", "j F Y"))


def _format_item(words: str) -> str:
    """Return ``words`` as a list item, with all lines but the first indented."""
    return "- " + _LINE_BREAK.sub("\n  ", words)


def _join_part(heading: str, lines: list[str]) -> str:
    """Return the heading and the lines below it, or an empty string if there are no lines."""
    return "\n".join(line for line in (heading, *lines) if line) if lines else ""
