"""Serializers from pages, editions, topics, outlets and search results to the schemas of the API."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.urls import reverse

from newsroom.http.languages import LanguageAlternate
from newsroom.media.models import Image
from newsroom.media.renditions.specs import FREE, fallback_width, make_spec, rendition_url
from newsroom.outlets.models import Outlet
from newsroom.search.highlight import Piece
from newsroom.text.markdown import render
from newsroom.text.plain import plain_text
from stories.editions.models import Edition
from stories.public.api import schemas
from stories.public.api.addresses import absolute_url, absolutize_links, api_url
from stories.public.api.queries import EntityWithCount, WorkWithTopics
from stories.public.pages.history.changes import Changes, Stage
from stories.public.pages.search.hits import SearchResult
from stories.public.pages.works.links import newest_as_of
from stories.public.pages.works.outlets import OutletShown
from stories.public.pages.works.placeholders import text_without_citations
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.sections import PassageShown, SectionShown, SourceShown
from stories.public.pages.works.story import ExplainerPage, QuestionTeaser
from stories.public.pages.works.topic_popovers import remove_buttons
from stories.public.pages.works.topics import TopicShown
from topics.models import Topic


def serialize_story(page: ExplainerPage, shown: Stage) -> schemas.Story:
    """Serialize the story that ``page`` shows; ``shown`` gives the number and address of its edition."""
    url = absolute_url(shown.url)
    return schemas.Story(
        **_written(page.edition, shown.url),
        headline=page.headline,
        summary=page.edition.summary,
        summary_html=absolutize_links(remove_buttons(page.summary_html), page=url),
        byline=list(page.byline),
        edition=_edition(shown),
        reading_minutes=page.edition.minutes,
        outlet_count=page.edition.outlet_count,
        picture=serialize_image(page.lead.image, page.lead.alt, page.lead.credit) if page.lead else None,
        sections=[serialize_section(each, url) for each in page.parts],
        sources=[serialize_source(each) for each in page.sources],
        questions=[serialize_question_named(each) for each in page.questions],
        topics=[serialize_topic_named(each) for each in page.topics],
        corrections=serialize_corrections(page.changes),
        method_html=absolutize_links(page.method_html, page=url),
        related=[serialize_reference(card.edition) for card in page.related],
        translations=serialize_translations(page.versions),
    )


def serialize_question(page: QuestionPage, shown: Stage) -> schemas.Question:
    """Serialize the question that ``page`` shows; ``shown`` gives the number and address of its edition."""
    url = absolute_url(shown.url)
    return schemas.Question(
        **_written(page.edition, shown.url),
        question=page.question,
        introduction_html=absolutize_links(page.introduction_html, page=url),
        introduction=html_to_text(page.introduction_html),
        answers=[
            schemas.Answer(
                question=answer.question,
                url=f"{url}#{answer.anchor}",
                html=absolutize_links(answer.body_html, page=url),
                text=html_to_text(answer.body_html),
                as_of=answer.as_of,
            )
            for answer in page.answers
        ],
        as_of=page.as_of,
        edition=_edition(shown),
        sources=[serialize_source(each) for each in page.sources],
        topics=[serialize_topic_named(each) for each in page.topics],
        stories=[serialize_reference(card.edition) for card in page.stories],
        corrections=serialize_corrections(page.changes),
        translations=serialize_translations(page.versions),
    )


def serialize_story_listed(card: WorkWithTopics) -> schemas.StoryListed:
    edition = card.edition
    return schemas.StoryListed(
        **_written(edition, edition.get_absolute_url()),
        headline=edition.title,
        summary=edition.summary,
        edition=edition.label,
        reading_minutes=edition.minutes,
        outlet_count=edition.outlet_count,
        picture=serialize_image(edition.lead_image, edition.lead_alt),
        topics=[serialize_topic_reference(each) for each in card.topics],
    )


def serialize_question_listed(card: WorkWithTopics) -> schemas.QuestionListed:
    edition = card.edition
    return schemas.QuestionListed(
        **_written(edition, edition.get_absolute_url()),
        question=edition.title,
        summary=edition.summary,
        as_of=newest_as_of(edition),
        edition=edition.label,
        topics=[serialize_topic_reference(each) for each in card.topics],
    )


def serialize_edition(page: ExplainerPage | QuestionPage, shown: Stage) -> schemas.Story | schemas.Question:
    """Serialize an old edition as it was."""
    return serialize_story(page, shown) if isinstance(page, ExplainerPage) else serialize_question(page, shown)


def live_stage(page: ExplainerPage | QuestionPage) -> Stage:
    """Return the stage that the live page shows."""
    number = page.changes.editions if page.changes else 1
    return Stage(page.edition, number, page.edition.get_absolute_url(), None)


def serialize_stage(shown: Stage) -> schemas.Stage:
    """Serialize one stage of a page's history."""
    edition = shown.edition
    return schemas.Stage(
        number=shown.number or None,
        label=edition.label if shown.is_page else None,
        change=cast("schemas.ChangeKind", edition.change),
        title=edition.title if shown.is_page else "",
        note=edition.note if shown.is_announced else "",
        was_wrong=edition.was_wrong,
        is_right=edition.is_right,
        notice=edition.notice,
        public_from=edition.live_from,
        public_until=shown.until,
        url=absolute_url(shown.url) if shown.url else None,
        api_url=api_url(shown.url) if shown.url else None,
    )


def serialize_reference(edition: Edition) -> schemas.Reference:
    """Serialize a story or question by title and address."""
    url = edition.get_absolute_url()
    return schemas.Reference(name=edition.title, url=absolute_url(url), api_url=api_url(url))


def _edition(stage: Stage) -> schemas.EditionNow:
    return schemas.EditionNow(
        number=stage.number,
        label=stage.edition.label,
        change=cast("schemas.ChangeKind", stage.edition.change),
        note=stage.edition.note if stage.is_announced else "",
        public_from=stage.edition.live_from,
        public_until=stage.until,
    )


def _written(edition: Edition, path: str) -> dict[str, Any]:
    return {
        "uid": edition.uid,
        "url": absolute_url(path),
        "api_url": api_url(path),
        "language": edition.language,
        "direction": edition.direction,
        "published_at": edition.first_published_at,
        "updated_at": edition.updated_at,
    }


def serialize_topic_listed(naming: EntityWithCount[Topic], latest: datetime | None) -> schemas.TopicListed:
    """Serialize a topic for a list; ``latest`` is when a story that names it was last updated."""
    return schemas.TopicListed(**_topic_facts(naming, latest))


def serialize_topic(naming: EntityWithCount[Topic], latest: datetime | None) -> schemas.Topic:
    """Serialize a topic with its description; ``latest`` is as in ``topic_listed``."""
    topic = naming.entity
    return schemas.Topic(
        **_topic_facts(naming, latest),
        description=plain_text(topic.description),
        description_html=absolutize_links(_short(topic.description), page=absolute_url(topic.get_absolute_url())),
        picture=serialize_image(topic.picture, topic.picture_alt),
        wikipedia=topic.wikipedia,
        wikidata=topic.wikidata,
        stories_api_url=f"{absolute_url(reverse('api:stories'))}?topic={topic.uid}",
        questions_api_url=f"{absolute_url(reverse('api:questions'))}?topic={topic.uid}",
    )


def serialize_outlet_listed(naming: EntityWithCount[Outlet]) -> schemas.OutletListed:
    return schemas.OutletListed(**_outlet_facts(naming))


def serialize_outlet(naming: EntityWithCount[Outlet]) -> schemas.Outlet:
    """Serialize an outlet with its description."""
    outlet = naming.entity
    return schemas.Outlet(
        **_outlet_facts(naming),
        language=outlet.language,
        home_page=outlet.home_page,
        owner=outlet.owner,
        description=plain_text(outlet.description),
        description_html=absolutize_links(_short(outlet.description), page=absolute_url(outlet.get_absolute_url())),
        stories_api_url=f"{absolute_url(reverse('api:stories'))}?outlet={outlet.uid}",
    )


def _topic_facts(naming: EntityWithCount[Topic], latest: datetime | None) -> dict[str, Any]:
    return {**_facts(naming), "latest_at": latest}


def _outlet_facts(naming: EntityWithCount[Outlet]) -> dict[str, Any]:
    return {**_facts(naming), "country": naming.entity.country}


def _facts(naming: EntityWithCount[Topic] | EntityWithCount[Outlet]) -> dict[str, object]:
    thing, stories = naming.entity, naming.stories
    path = thing.get_absolute_url()
    return {
        "uid": thing.uid,
        "url": absolute_url(path),
        "api_url": api_url(path),
        "name": thing.name,
        "kind": thing.kind,
        "story_count": stories.number,
        "story_count_is_capped": not stories.is_all,
    }


def _short(text: str) -> str:
    return render(text, numbers={}, anchor="description", resolves_uids=False)


_END_OF_BLOCK = re.compile(r"</(?:p|li|h[1-6]|blockquote|pre|tr|dd|dt|figcaption)>")


def serialize_image(image: Image | None, alt: str, credit: str = "") -> schemas.Picture | None:
    """Serialize an image, or return None if there is none. Without a ``credit`` the image's own is used."""
    if image is None:
        return None
    served = make_spec(image, FREE, width=fallback_width(image, FREE), ending="jpg")
    return schemas.Picture(url=absolute_url(rendition_url(image, served)), alt=alt, credit=credit or image.credit)


def html_to_text(html: str) -> str:
    """Return the words of ``html``, with an empty line between blocks."""
    return "\n\n".join(words for block in _END_OF_BLOCK.split(html) if (words := text_without_citations(block)))


def serialize_section(part: SectionShown, url: str) -> schemas.Section:
    """Serialize one section of the page at the absolute URL ``url``."""
    html = remove_buttons(part.body_html)
    return schemas.Section(
        kind=part.kind,  # type: ignore[arg-type]  # one of SECTION_KINDS, which a test compares with the schema
        url=f"{url}#{part.anchor}",
        heading=part.heading,
        html=absolutize_links(html, page=url),
        text=html_to_text(html),
        sources=[source.number for source in part.cited],
        passages=[_passage(voice, url) for voice in part.coverage.voices] if part.coverage else [],
    )


def _passage(voice: PassageShown, url: str) -> schemas.Passage:
    return schemas.Passage(
        outlets=[_outlet(outlet) for outlet in voice.outlets],
        html=absolutize_links(voice.body_html, page=url),
        text=html_to_text(voice.body_html),
        sources=[article.number for article in voice.articles],
    )


def serialize_source(source: SourceShown) -> schemas.Source:
    """Serialize one entry of the list of sources."""
    return schemas.Source(
        number=source.number,
        title=source.title,
        url=source.url,
        outlet=_outlet(source.outlet),
        published_on=source.published_on,
        author=source.author,
        paywalled=source.paywalled,
    )


def _outlet(outlet: OutletShown) -> schemas.OutletNamed:
    return schemas.OutletNamed(name=outlet.name, country=outlet.country, **_addresses(outlet.url))


def serialize_topic_named(topic: TopicShown) -> schemas.TopicNamed:
    """Serialize a topic as a page names it."""
    return schemas.TopicNamed(name=topic.name, description=topic.description, **_addresses(topic.url))


def serialize_question_named(asked: QuestionTeaser) -> schemas.QuestionNamed:
    """Serialize a question as a story asks it."""
    return schemas.QuestionNamed(
        question=asked.question,
        teaser=asked.teaser,
        as_of=asked.now.as_of if asked.now else None,
        **_addresses(asked.now.url if asked.now else ""),
    )


def _addresses(path: str) -> dict[str, str | None]:
    return {"url": absolute_url(path) if path else None, "api_url": api_url(path) if path else None}


def serialize_topic_reference(topic: Topic) -> schemas.Reference:
    """Serialize a topic under its present name."""
    path = topic.get_absolute_url()
    return schemas.Reference(name=topic.name, url=absolute_url(path), api_url=api_url(path))


def serialize_corrections(changes: Changes | None) -> list[schemas.Correction]:
    """Serialize the corrections of a page, newest first."""
    return [
        schemas.Correction(
            corrected_at=told.edition.live_from,
            was_wrong=told.edition.was_wrong,
            is_right=told.edition.is_right,
            note=told.edition.note,
            url=absolute_url(told.url),
            api_url=api_url(told.url),
        )
        for told in (changes.announced if changes else [])
        if told.is_correction
    ]


def serialize_translations(versions: Iterable[LanguageAlternate]) -> list[schemas.Translation]:
    """Serialize the other language versions of a page."""
    return [
        schemas.Translation(
            language=each.language, name=each.name, url=absolute_url(each.url), api_url=api_url(each.url)
        )
        for each in versions
        if not each.is_current
    ]


def serialize_result(found: SearchResult) -> schemas.Result:
    """Serialize a search result."""
    return schemas.Result(
        uid=found.uid,
        url=absolute_url(found.url),
        api_url=api_url(found.url),
        kind="outlet" if found.kind == "source" else found.kind,  # type: ignore[arg-type]  # one of the four kinds
        title=_whole(found.title),
        title_pieces=_pieces(found.title),
        excerpt=_whole(found.excerpt),
        excerpt_pieces=_pieces(found.excerpt),
        day=found.day.date() if isinstance(found.day, datetime) else found.day,
        language=found.language,
    )


def _whole(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _pieces(pieces: Iterable[Piece]) -> list[schemas.Piece]:
    return [schemas.Piece(words=piece.text, hit=piece.is_hit) for piece in pieces]
