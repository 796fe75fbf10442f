"""The JSON-LD properties of stories and questions."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext

from newsroom.http.languages import LanguageAlternate
from newsroom.media.models import Image
from newsroom.media.processing.encode import scale_to_width
from newsroom.media.processing.share_card import HEIGHT, WIDTH
from newsroom.media.renditions.specs import largest_size, make_spec, rendition_url, served_widths
from stories.documents.render.paragraphs import text_without_citations
from stories.documents.schema import AnswerState
from stories.public.pages.history.changes import Changes, Stage
from stories.public.pages.works.bylines import Author
from stories.public.pages.works.forecasts import RenderedForecast
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.sections import SourceEntry
from stories.public.pages.works.story import ExplainerPage
from stories.public.pages.works.topics import TopicCard
from stories.public.structured_data.heads import Head
from stories.public.structured_data.nodes import (
    Node,
    format_date,
    format_datetime,
    node,
    node_id,
    node_reference,
    properties,
)
from stories.public.structured_data.site import Site
from topics.models import TopicKind

# Search engines ask for an image in each of these aspect ratios, with at least ``MIN_PIXELS`` pixels.
SHAPES = ("16x9", "4x3", "1x1")
MIN_PIXELS = 50_000
_MAX_WIDTH = 1280
_MAIN_TOPICS = 2  # the number of topics above the headline
SCHEMA_ORG_TYPES: dict[str, str] = {
    TopicKind.PERSON: "Person",
    TopicKind.ORGANISATION: "Organization",
    TopicKind.PLACE: "Place",
    TopicKind.EVENT: "Event",
    TopicKind.SUBJECT: "Thing",
}


def describe_story(page: ExplainerPage, head: Head, site: Site) -> Node:
    """Return the properties of a story, with its topics, outlets, sources and corrections."""
    lead = page.lead.image if page.lead else None
    outlets = dict.fromkeys(
        outlet for part in page.parts if part.coverage for voice in part.coverage.voices for outlet in voice.outlets
    )
    return properties(
        **_describe_work(page, head, site),
        headline=page.headline,
        image=_describe_images(lead, head, site),
        author=[_describe_author(author, site) for author in page.authors] or [_describe_publisher(site)],
        mentions=[
            *(topic_node(topic, site) for topic in page.topics[_MAIN_TOPICS:]),
            *(
                node("NewsMediaOrganization", name=each.name, url=each.url and site.absolute_url(each.url))
                for each in outlets
            ),
        ],
        hasPart=[
            *_list_claims(page),
            *(_describe_forecast(each, head, site) for part in page.parts for each in part.forecasts),
        ],
        articleSection=page.section,
        backstory=text_without_citations(page.method_html),
        wordCount=page.edition.fragments.get("word_count"),
        timeRequired=f"PT{page.edition.minutes}M",
    )


def describe_question(page: QuestionPage, head: Head, site: Site) -> Node:
    """Return the properties of a question, with its answers.

    The short answer is the answer of the page, and the introduction is only its description. Each narrower question is
    a question of its own with an answer.
    """
    url = site.absolute_url(head.path)
    parts = [
        node(
            "Question",
            name=answer.question,
            url=f"{url}#{answer.anchor}",
            **_describe_answers(
                _describe_answer(
                    text_without_citations(answer.body_html),
                    f"{url}#{answer.anchor}",
                    site,
                    as_of=answer.as_of,
                    expires_on=answer.expires_on,
                ),
                state=answer.state,
                may_have_changed=answer.may_have_changed,
            ),
        )
        for answer in page.answers
    ]
    short_answer = text_without_citations(page.short_answer_html)
    answers = (
        _describe_answers(
            _describe_answer(
                short_answer,
                f"{url}#short-answer",
                site,
                as_of=page.short_answer_as_of,
                expires_on=page.short_answer_expires_on,
            ),
            state=page.state,
            may_have_changed=page.may_have_changed,
        )
        # Without a short answer, the answers are those of the narrower questions.
        if short_answer or page.state == "open"
        else {}
    )
    description = {"description": text_without_citations(page.introduction_html) or head.description}
    return properties(
        **_describe_work(page, head, site) | description,
        name=page.question,
        image=_describe_images(None, head, site),
        author=[_describe_publisher(site)],
        mentions=[topic_node(topic, site) for topic in page.topics[_MAIN_TOPICS:]],
        **answers,
        hasPart=parts,
    )


def _describe_forecast(forecast: RenderedForecast, head: Head, site: Site) -> Node:
    """Return a forecast as a claim of its speaker, whose status is its state in words."""
    is_organisation = forecast.speaker_kind in ("institution", "outlet", "we")
    return node(
        "Claim",
        text=forecast.expected or forecast.quotation,
        url=f"{site.absolute_url(head.path)}#{forecast.anchor}",
        author=node("Organization" if is_organisation else "Person", name=forecast.speaker),
        datePublished=format_date(forecast.said_on),
        expires=format_date(forecast.due_on),
        creativeWorkStatus=gettext("Its date has passed") if forecast.is_overdue else forecast.state_label,
    )


def topic_node(topic: TopicCard, site: Site) -> Node:
    """Return the node of a topic."""
    return node(
        SCHEMA_ORG_TYPES.get(topic.kind_code, "Thing"),
        key=node_id(topic.uid) if topic.uid else "",
        name=topic.name,
        url=topic.url and site.absolute_url(topic.url),
        sameAs=list(topic.same_as),
    )


def _describe_work(page: ExplainerPage | QuestionPage, head: Head, site: Site) -> dict[str, Any]:
    """Return the properties that stories and questions share."""
    edition = page.edition
    url = site.absolute_url(head.path)
    return {
        "key": node_id(edition.uid),
        "url": url,
        "mainEntityOfPage": _describe_review(page.checked_on, url),
        "description": head.description,
        "datePublished": format_datetime(edition.first_published_at),
        "dateModified": format_datetime(edition.updated_at),
        "version": edition.label,
        "inLanguage": edition.language,
        "publisher": site.publisher,
        "isPartOf": site.website,
        "isAccessibleForFree": True,
        "publishingPrinciples": site.policy_url("publishingPrinciples"),
        "keywords": list(head.tags),
        "about": [topic_node(topic, site) for topic in page.topics[:_MAIN_TOPICS]],
        "citation": [_describe_citation(source, site) for source in page.sources],
        "workTranslation": [_describe_translation(version) for version in _list_translations(page.versions)],
        "translationOfWork": _describe_original(page.versions),
        "correction": [_describe_correction(stage, site) for stage in _list_corrections(page.changes)],
    }


def _describe_review(checked_on: date | None, url: str) -> Node | str:
    """Return the URL of a work's page, or a node with the day of its last check if readers see that day."""
    return node("WebPage", url=url, lastReviewed=format_date(checked_on)) if checked_on else url


def _list_translations(versions: list[LanguageAlternate]) -> list[LanguageAlternate]:
    """Return the translations of the page. Only the original, which is the first of ``versions``, has translations."""
    return versions[1:] if versions and versions[0].is_current else []


def _describe_original(versions: list[LanguageAlternate]) -> Node | None:
    """Return the original, which is the first of ``versions``, if the page is a translation, otherwise None."""
    return _describe_translation(versions[0]) if versions and not versions[0].is_current else None


def _describe_translation(version: LanguageAlternate) -> Node:
    return node("CreativeWork", url=version.absolute_url, inLanguage=version.language)


def _describe_author(author: Author, site: Site) -> Node:
    return node(
        "Person",
        name=author.name,
        url=author.url and site.absolute_url(author.url),
        jobTitle=author.role,
        knowsAbout=list(author.topics),
    )


def _describe_publisher(site: Site) -> Node:
    return node("NewsMediaOrganization", key=site.publisher["@id"], name=site.name, url=site.absolute_url("/"))


def _describe_answers(answer: Node | str, *, state: AnswerState, may_have_changed: bool) -> dict[str, Any]:
    """Return the property of a question that holds its answer: it is accepted while it is known and has not expired."""
    if state == "open" or not answer:
        return {"answerCount": 0}
    is_accepted = state in {"", "answered"} and not may_have_changed
    return {"acceptedAnswer" if is_accepted else "suggestedAnswer": answer}


def _describe_answer(text: str, url: str, site: Site, *, as_of: date | None, expires_on: date | None) -> Node | str:
    return text and node(
        "Answer",
        text=text,
        url=url,
        temporalCoverage=format_date(as_of),
        expires=format_date(expires_on),
        author=site.publisher,
    )


def _describe_citation(source: SourceEntry, site: Site) -> Node:
    return node(
        "CreativeWork",
        key=source.url,
        name=source.title,
        url=source.url,
        datePublished=format_date(source.published_on),
        author=source.author and node("Person", name=source.author),
        publisher=node("NewsMediaOrganization", name=source.outlet.name, url=_get_outlet_url(source, site)),
        isAccessibleForFree=not source.paywalled,
    )


def _list_claims(page: ExplainerPage) -> Iterator[Node]:
    """Yield a node for each value that an outlet says about a point of the story, with the articles that say it."""
    sources = {source.number: source.url for source in page.sources}
    for claim in page.agreement.claims if page.agreement else ():
        for _, cells in groupby((cell.said for cell in claim.cells if cell.said and cell.group), attrgetter("group")):
            said = [cell for cell in cells if cell.stance == "says"]
            if said:
                value = next((cell.value for cell in said if cell.value), "")
                urls = dict.fromkeys(sources[cell.source] for cell in said if cell.source in sources)
                yield node(
                    "Claim",
                    text=f"{claim.fragment.claim}: {value}" if value else claim.fragment.claim,
                    appearance=[node_reference(url) for url in urls],
                    dateCreated=format_date(claim.fragment.as_of),
                )


def _get_outlet_url(source: SourceEntry, site: Site) -> str:
    return site.absolute_url(source.outlet.url) if source.outlet.url else ""


def _list_corrections(changes: Changes | None) -> Iterable[Stage]:
    return (stage for stage in changes.announced if stage.is_correction) if changes else ()


def _describe_correction(stage: Stage, site: Site) -> Node:
    edition = stage.edition
    text = f"{gettext('Wrong:')} {edition.was_wrong} {gettext('Right:')} {edition.is_right} {edition.note}"
    return node(
        "CorrectionComment",
        text=" ".join(text.split()),
        datePublished=format_datetime(edition.live_from),
        url=site.absolute_url(stage.url),
    )


def _describe_images(image: Image | None, head: Head, site: Site) -> list[Node]:
    """Return the lead image in each aspect ratio in which it is large enough, or else the share image, if any."""
    renditions = (
        [rendition for shape in SHAPES if (rendition := _describe_rendition(image, shape, site))] if image else []
    )
    if renditions or head.picture is None:
        return renditions
    return [node("ImageObject", url=site.absolute_url(head.picture.url), width=WIDTH, height=HEIGHT)]


def describe_portrait(image: Image, site: Site) -> Node | None:
    """Return the square crop of a picture, or None if it is too small."""
    return _describe_rendition(image, "1x1", site)


def _describe_rendition(image: Image, shape: str, site: Site) -> Node | None:
    widths = served_widths(image, shape)
    width = max((each for each in widths if each <= _MAX_WIDTH), default=widths[0])
    scaled_width, height = scale_to_width(largest_size(image, shape), width=width)
    if scaled_width * height < MIN_PIXELS:
        return None
    address = rendition_url(image, make_spec(image, shape, width=width, ending="jpg"))
    return node("ImageObject", url=site.absolute_url(address), width=scaled_width, height=height)
