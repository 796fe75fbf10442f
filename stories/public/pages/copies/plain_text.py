"""The plain text copy of a page: its edition and address, its text with numbered citations, corrections and sources."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from django.utils import formats, timezone, translation
from django.utils.translation import gettext, pgettext

from newsroom.text.join import join_list
from newsroom.text.plain import render_plain_text
from stories.documents import Explainer, Passage, QuestionPage
from stories.documents.export.text import TextFormat, iter_sections, markdown_to_text
from stories.documents.headings import TOPICS, usual_heading
from stories.documents.render import SourceFragment
from stories.editions.models import Edition
from stories.public.pages.copies.documents import PublicCopy
from stories.public.pages.history.corrections import corrections_of
from stories.public.pages.history.recent_changes import AnnouncedChange

# The beginning of a line that is not empty.
_LINE = re.compile(r"\n(?!\n)")


def render_text(copy: PublicCopy) -> str:
    """Return the text of the page, with its labels in the page's language. Two queries."""
    corrections = corrections_of({copy.edition.uid}, at=copy.at).get(copy.edition.uid, [])
    numbers = {source.number: source.display for source in copy.sources}
    shape = TextFormat(
        lambda markdown, convention: render_plain_text(markdown, numbers=numbers, convention=convention), _item, "\n"
    )
    document = copy.document
    with translation.override(copy.edition.language):
        words = _of_story(document, shape) if isinstance(document, Explainer) else _of_page(document, shape)
        parts = [
            _head(copy.edition, copy.url),
            *words,
            _part(gettext("Corrections"), [_correction(told) for told in corrections]),
            _part(gettext("Sources"), [_source(source) for source in copy.sources]),
        ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _head(edition: Edition, url: str) -> str:
    label = gettext("Edition {label}, {day}").format(label=edition.label, day=_day(edition.updated_at))
    return "\n".join([edition.title, label, url])


def _of_story(story: Explainer, shape: TextFormat) -> Iterator[str]:
    yield markdown_to_text(story.standfirst, shape)
    with_numbers = story.model_copy(update={"passages": tuple(map(_with_numbers, story.passages))})
    for heading, text in iter_sections(with_numbers, shape):
        yield _part(heading, [text] if text else [])
    if story.questions or story.topics:
        yield story.headings.deeper
    asked = [_item(_part(each.question, [markdown_to_text(each.teaser, shape)])) for each in story.questions]
    yield _part(story.headings.questions, asked)
    yield _part(story.headings.topics, [_topic(topic.name, topic.description, shape) for topic in story.topics])


def _of_page(page: QuestionPage, shape: TextFormat) -> Iterator[str]:
    yield markdown_to_text(page.introduction, shape)
    for answer in page.answers:
        as_of = f"{gettext('as of')} {_day(answer.as_of)}" if answer.as_of else ""
        yield _part(answer.question, [markdown_to_text(answer.text, shape), as_of])
    topics = [_topic(topic.name, topic.description, shape) for topic in page.topics]
    yield _part(usual_heading(TOPICS, page.language), topics)


def _with_numbers(passage: Passage) -> Passage:
    """Return the passage with those of its articles cited at the end that its text does not cite."""
    missing = [mark for number in passage.sources if (mark := f"[@{number}]") not in passage.text]
    return passage.model_copy(update={"text": f"{passage.text}{''.join(missing)}"})


def _topic(name: str, description: str, shape: TextFormat) -> str:
    return _item(_part(name, [markdown_to_text(description, shape)]))


def _correction(told: AnnouncedChange) -> str:
    edition = told.edition
    said = (f"{gettext('Wrong:')} {edition.was_wrong}", f"{gettext('Right:')} {edition.is_right}", edition.note)
    return _item(_part(_day(edition.live_from), list(said)))


def _source(source: SourceFragment) -> str:
    said = join_list((source.outlet.name, source.author, source.published_on and _day(source.published_on)))
    return f"{source.display}. {source.title}\n   {said}\n   {source.url}"


def _day(day: date) -> str:
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return formats.date_format(local, pgettext("date", "j F Y"))


def _item(words: str) -> str:
    """Return a list item, with its further lines indented below the bullet."""
    return "- " + _LINE.sub("\n  ", words)


def _part(heading: str, lines: list[str]) -> str:
    """Return the heading and the lines below it, or an empty string if there are no lines."""
    return "\n".join(line for line in (heading, *lines) if line) if lines else ""
