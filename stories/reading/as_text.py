"""A page as plain text to be read: what it is a copy of, its words, and its sources as the page numbers them."""

import re
from collections.abc import Iterator

from django.utils import formats, timezone, translation
from django.utils.translation import gettext, pgettext

from newsroom.text.listing import listed
from newsroom.text.plain import words_of
from stories.documents import AnyDocument, Explainer
from stories.exporting import to_text
from stories.models.edition import Edition
from stories.reading.copies import PublicCopy
from stories.rendering import SourceFragment

# Where texts are imported from, the mark of an item stands on a line of its own.
_MARK_ALONE = re.compile(r"^-\n", re.MULTILINE)


def as_text(copy: PublicCopy) -> str:
    """Return the text of the page, with the words around it in the page's language."""
    with translation.override(copy.edition.language):
        parts = [
            _head(copy.edition, copy.url),
            _MARK_ALONE.sub("- ", to_text(_alone(copy.document))),
            *_ways_on(copy.document),
            _part(gettext("Sources"), [_source(source) for source in copy.sources]),
        ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _head(edition: Edition, url: str) -> str:
    day = formats.date_format(timezone.localtime(edition.updated_at), pgettext("date", "j F Y"))
    return "\n".join([edition.title, gettext("Edition {label}, {day}").format(label=edition.label, day=day), url])


def _alone(document: AnyDocument) -> AnyDocument:
    """Return the document without what leads on from it: written for people, that names what it leads to."""
    led_to = {"topics": (), "questions": ()} if isinstance(document, Explainer) else {"topics": ()}
    return document.model_copy(update=led_to)


def _ways_on(document: AnyDocument) -> Iterator[str]:
    topics = [_item(topic.name, topic.description) for topic in document.topics]
    if isinstance(document, Explainer):
        asked = [_item(question.question, question.teaser) for question in document.questions]
        yield _part(document.headings.questions, asked)
        yield _part(document.headings.topics, topics)
    else:
        yield _part(gettext("More on these topics"), topics)


def _item(name: str, told: str) -> str:
    return "\n  ".join(["- " + name, *words_of(told).split("\n")]).rstrip()


def _source(source: SourceFragment) -> str:
    day = source.published_on and formats.date_format(source.published_on, pgettext("date", "j F Y"))
    said = listed((source.outlet.name, source.author, day))
    return f"{source.display}. {source.title}\n   {said}\n   {source.url}"


def _part(heading: str, items: list[str]) -> str:
    return "\n".join([heading, *items]) if items else ""
