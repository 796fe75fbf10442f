"""Parts of pages as values: sections, sources, pictures, and what a page names."""

import re
from collections.abc import Iterable

from newsroom.http.languages import Version
from newsroom.media.models import Image
from newsroom.media.renditions.specs import FREE, address_of, fallback_width, spec_of
from stories.api import values
from stories.api.addresses import complete, twin, whole
from stories.reading.changes import Changes
from stories.reading.explainer import QuestionAsked
from stories.reading.explaining import unexplained
from stories.reading.marks import words_only
from stories.reading.outlets import OutletShown
from stories.reading.parts import Part, SourceShown, Voice
from stories.reading.topics_named import TopicShown
from topics.models import Topic

_END_OF_BLOCK = re.compile(r"</(?:p|li|h[1-6]|blockquote|pre|tr|dd|dt|figcaption)>")


def picture(image: Image | None, alt: str, credit: str = "") -> values.Picture | None:
    """Return the picture as it is served; nothing where readers may no longer see it. Its own credit stands for none."""
    if image is None:
        return None
    served = spec_of(image, FREE, width=fallback_width(image, FREE), ending="jpg")
    return values.Picture(url=whole(address_of(image, served)), alt=alt, credit=credit or image.credit)


def text_of(html: str) -> str:
    """Return the words of ``html``, its blocks parted by an empty line."""
    return "\n\n".join(words for block in _END_OF_BLOCK.split(html) if (words := words_only(block)))


def section(part: Part, url: str) -> values.Section:
    """Return one section of the page at the whole address ``url``."""
    html = unexplained(part.body_html)
    return values.Section(
        kind=part.kind,  # type: ignore[arg-type]  # one of SECTION_KINDS, which a test holds against the schema
        url=f"{url}#{part.anchor}",
        heading=part.heading,
        html=complete(html, page=url),
        text=text_of(html),
        sources=[source.number for source in part.cited],
        passages=[_passage(voice, url) for voice in part.coverage.voices] if part.coverage else [],
    )


def _passage(voice: Voice, url: str) -> values.Passage:
    return values.Passage(
        outlets=[_outlet(outlet) for outlet in voice.outlets],
        html=complete(voice.body_html, page=url),
        text=text_of(voice.body_html),
        sources=[article.number for article in voice.articles],
    )


def source(source: SourceShown) -> values.Source:
    """Return one article in the list of sources."""
    return values.Source(
        number=source.number,
        title=source.title,
        url=source.url,
        outlet=_outlet(source.outlet),
        published_on=source.published_on,
        author=source.author,
        paywalled=source.paywalled,
    )


def _outlet(outlet: OutletShown) -> values.OutletNamed:
    return values.OutletNamed(name=outlet.name, country=outlet.country, **_addresses(outlet.url))


def topic_named(topic: TopicShown) -> values.TopicNamed:
    """Return a topic as a page names it."""
    return values.TopicNamed(name=topic.name, description=topic.description, **_addresses(topic.url))


def question_named(asked: QuestionAsked) -> values.QuestionNamed:
    """Return a question as a story asks it."""
    return values.QuestionNamed(
        question=asked.question,
        teaser=asked.teaser,
        as_of=asked.now.as_of if asked.now else None,
        **_addresses(asked.now.url if asked.now else ""),
    )


def _addresses(path: str) -> dict[str, str | None]:
    return {"url": whole(path) if path else None, "api_url": twin(path) if path else None}


def by_name(topic: Topic) -> values.Reference:
    """Return a topic by its present name."""
    path = topic.get_absolute_url()
    return values.Reference(name=topic.name, url=whole(path), api_url=twin(path))


def corrections(changes: Changes | None) -> list[values.Correction]:
    """Return what was put right on a page, newest first."""
    return [
        values.Correction(
            corrected_at=told.edition.live_from,
            was_wrong=told.edition.was_wrong,
            is_right=told.edition.is_right,
            note=told.edition.note,
            url=whole(told.url),
            api_url=twin(told.url),
        )
        for told in (changes.told if changes else [])
        if told.is_correction
    ]


def translations(versions: Iterable[Version]) -> list[values.Translation]:
    """Return the same page in its other languages."""
    return [
        values.Translation(language=each.language, name=each.name, url=whole(each.url), api_url=twin(each.url))
        for each in versions
        if not each.is_this
    ]
