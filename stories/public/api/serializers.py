"""Serialize pages, editions, topics, outlets and search results to the schemas of the API."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone

from newsroom.http.languages import LanguageAlternate
from newsroom.media.models import Image
from newsroom.media.renditions.specs import FREE, fallback_width, make_spec, rendition_url
from newsroom.outlets.models import Outlet
from newsroom.search.highlight import Piece
from newsroom.text.markdown import render
from newsroom.text.plain import plain_text
from stories.documents.render import CellFragment
from stories.documents.render.paragraphs import text_without_citations
from stories.editions.models import Edition
from stories.public.api import schemas
from stories.public.api.addresses import absolute_url, absolutize_links, api_url
from stories.public.api.queries import EntityWithCount, WorkWithTopics
from stories.public.pages.forecasts import ForecastEntry
from stories.public.pages.history.changes import Changes, Stage
from stories.public.pages.search.hits import SearchResult
from stories.public.pages.works.agreement import ComparedCell, ComparedClaim
from stories.public.pages.works.corrections import remove_marks
from stories.public.pages.works.forecasts import RenderedForecast
from stories.public.pages.works.markup.tally import remove_tallies
from stories.public.pages.works.outlets import PrintedOutlet
from stories.public.pages.works.question import QuestionPage
from stories.public.pages.works.sections import RenderedPassage, RenderedSection, SourceEntry
from stories.public.pages.works.story import ExplainerPage, QuestionTeaser
from stories.public.pages.works.topics import TopicCard
from topics.models import Topic


def serialize_story(page: ExplainerPage, stage: Stage) -> schemas.Story:
    """Serialize the story on ``page``. ``stage`` has the number and address of its edition."""
    url = absolute_url(stage.url)
    return schemas.Story(
        **_build_work_fields(page.edition, stage.url),
        headline=page.headline,
        summary=page.edition.summary,
        summary_html=absolutize_links(remove_tallies(remove_marks(page.summary_html)), page=url),
        byline=list(page.byline),
        authors=[
            schemas.Author(name=author.name, url=absolute_url(author.url) if author.url else None)
            for author in page.authors
        ],
        edition=_serialize_edition_info(stage),
        reading_minutes=page.edition.minutes,
        outlet_count=page.edition.outlet_count,
        picture=serialize_image(page.lead.image, page.lead.alt, page.lead.credit) if page.lead else None,
        sections=[serialize_section(item, url) for item in page.parts if not (item.agreement or item.forecasts)],
        claims=[serialize_claim(item, url) for item in page.agreement.claims] if page.agreement else [],
        sources=[serialize_source(item) for item in page.sources],
        forecasts=[serialize_forecast(item, url) for part in page.parts for item in part.forecasts],
        questions=[serialize_question_named(item) for item in page.questions],
        topics=[serialize_topic_named(item) for item in page.topics],
        corrections=serialize_corrections(page.changes),
        method_html=absolutize_links(page.method_html, page=url),
        related=[serialize_reference(card.edition) for card in page.related],
        translations=serialize_translations(page.versions),
    )


def serialize_question(page: QuestionPage, stage: Stage) -> schemas.Question:
    """Serialize the question on ``page``. ``stage`` has the number and address of its edition."""
    url = absolute_url(stage.url)
    return schemas.Question(
        **_build_work_fields(page.edition, stage.url),
        question=page.question,
        short_answer_html=absolutize_links(remove_marks(page.short_answer_html), page=url),
        short_answer=html_to_text(page.short_answer_html),
        short_answer_as_of=page.short_answer_as_of,
        short_answer_expires_on=page.short_answer_expires_on,
        state=page.state,
        open_since=page.open_since,
        missing_html=absolutize_links(page.missing_html, page=url),
        missing=html_to_text(page.missing_html),
        could_answer=page.could_answer,
        may_have_changed=page.may_have_changed,
        introduction_html=absolutize_links(remove_marks(page.introduction_html), page=url),
        introduction=html_to_text(page.introduction_html),
        answers=[
            schemas.Answer(
                question=answer.question,
                url=f"{url}#{answer.anchor}",
                html=absolutize_links(remove_marks(answer.body_html), page=url),
                text=html_to_text(answer.body_html),
                as_of=answer.as_of,
                state=answer.state,
                expires_on=answer.expires_on,
                may_have_changed=answer.may_have_changed,
            )
            for answer in page.answers
        ],
        as_of=page.as_of,
        edition=_serialize_edition_info(stage),
        sources=[serialize_source(each) for each in page.sources],
        topics=[serialize_topic_named(each) for each in page.topics],
        stories=[serialize_reference(card.edition) for card in page.stories],
        corrections=serialize_corrections(page.changes),
        translations=serialize_translations(page.versions),
    )


def serialize_story_listed(card: WorkWithTopics) -> schemas.StoryListed:
    edition = card.edition
    return schemas.StoryListed(
        **_build_work_fields(edition, edition.get_absolute_url()),
        headline=edition.title,
        summary=edition.summary,
        edition=edition.label,
        reading_minutes=edition.minutes,
        outlet_count=edition.outlet_count,
        picture=serialize_image(edition.lead_image, edition.lead_alt),
        topics=[serialize_topic_reference(each) for each in card.topics],
    )


def serialize_question_listed(card: WorkWithTopics, *, at: datetime) -> schemas.QuestionListed:
    """Serialize a question for a list at ``at``, from an edition that was selected by ``with_question_states``."""
    edition = card.edition
    annotations = vars(edition)
    valid_until: date | None = annotations["valid_until"]
    return schemas.QuestionListed(
        **_build_work_fields(edition, edition.get_absolute_url()),
        question=edition.title,
        summary=edition.summary,
        as_of=edition.as_of,
        state=annotations["question_state"] or "",
        open_since=annotations["open_since"],
        first_expires_on=annotations["first_expires_on"],
        may_have_changed=valid_until is not None and valid_until < timezone.localdate(at),
        edition=edition.label,
        topics=[serialize_topic_reference(each) for each in card.topics],
    )


def serialize_edition(page: ExplainerPage | QuestionPage, stage: Stage) -> schemas.Story | schemas.Question:
    """Serialize the page of an edition, which need not be the live one."""
    return serialize_story(page, stage) if isinstance(page, ExplainerPage) else serialize_question(page, stage)


def build_live_stage(page: ExplainerPage | QuestionPage) -> Stage:
    """Return the live edition of a page as a stage of its history."""
    number = page.changes.editions if page.changes else 1
    return Stage(page.edition, number, page.edition.get_absolute_url(), None)


def serialize_stage(stage: Stage) -> schemas.Stage:
    """Serialize one stage of a page's history."""
    edition = stage.edition
    return schemas.Stage(
        number=stage.number or None,
        label=str(stage.number) if stage.is_page else None,
        change=cast("schemas.ChangeKind", edition.change),
        title=edition.title if stage.is_page else "",
        note=edition.note if stage.is_announced else "",
        was_wrong=edition.was_wrong,
        is_right=edition.is_right,
        notice=edition.notice,
        public_from=edition.live_from,
        public_until=stage.until,
        url=absolute_url(stage.url) if stage.url else None,
        api_url=api_url(stage.url) if stage.url else None,
    )


def serialize_reference(edition: Edition) -> schemas.Reference:
    """Serialize a story or question as its title and URLs."""
    url = edition.get_absolute_url()
    return schemas.Reference(name=edition.title, url=absolute_url(url), api_url=api_url(url))


def _serialize_edition_info(stage: Stage) -> schemas.EditionNow:
    return schemas.EditionNow(
        number=stage.number,
        label=str(stage.number),
        change=cast("schemas.ChangeKind", stage.edition.change),
        note=stage.edition.note if stage.is_announced else "",
        public_from=stage.edition.live_from,
        public_until=stage.until,
    )


def _build_work_fields(edition: Edition, path: str) -> dict[str, Any]:
    return {
        "uid": edition.uid,
        "url": absolute_url(path),
        "api_url": api_url(path),
        "language": edition.language,
        "direction": edition.direction,
        "published_at": edition.first_published_at,
        "updated_at": edition.updated_at,
    }


def serialize_topic_listed(row: EntityWithCount[Topic], latest: datetime | None) -> schemas.TopicListed:
    """Serialize a topic for a list. ``latest`` is the time of the latest update of a story that names it."""
    return schemas.TopicListed(**_build_topic_fields(row, latest))


def serialize_topic(row: EntityWithCount[Topic], latest: datetime | None) -> schemas.Topic:
    """Serialize a topic with its description. ``latest`` is the time of the latest update of a story that names it."""
    topic = row.entity
    return schemas.Topic(
        **_build_topic_fields(row, latest),
        description=plain_text(topic.description),
        description_html=absolutize_links(
            _render_description(topic.description), page=absolute_url(topic.get_absolute_url())
        ),
        picture=serialize_image(topic.picture, topic.picture_alt),
        wikipedia=topic.wikipedia,
        wikidata=topic.wikidata,
        stories_api_url=f"{absolute_url(reverse('api:stories'))}?topic={topic.uid}",
        questions_api_url=f"{absolute_url(reverse('api:questions'))}?topic={topic.uid}",
    )


def serialize_outlet_listed(row: EntityWithCount[Outlet]) -> schemas.OutletListed:
    return schemas.OutletListed(**_build_outlet_fields(row))


def serialize_outlet(row: EntityWithCount[Outlet]) -> schemas.Outlet:
    """Serialize an outlet with its description."""
    outlet = row.entity
    return schemas.Outlet(
        **_build_outlet_fields(row),
        language=outlet.language,
        home_page=outlet.home_page,
        owner=outlet.owner,
        description=plain_text(outlet.description),
        description_html=absolutize_links(
            _render_description(outlet.description), page=absolute_url(outlet.get_absolute_url())
        ),
        stories_api_url=f"{absolute_url(reverse('api:stories'))}?outlet={outlet.uid}",
    )


def _build_topic_fields(row: EntityWithCount[Topic], latest: datetime | None) -> dict[str, Any]:
    return {**_build_entity_fields(row), "latest_at": latest}


def _build_outlet_fields(row: EntityWithCount[Outlet]) -> dict[str, Any]:
    return {**_build_entity_fields(row), "country": row.entity.country}


def _build_entity_fields(row: EntityWithCount[Topic] | EntityWithCount[Outlet]) -> dict[str, object]:
    entity, stories = row.entity, row.stories
    path = entity.get_absolute_url()
    return {
        "uid": entity.uid,
        "url": absolute_url(path),
        "api_url": api_url(path),
        "name": entity.name,
        "kind": entity.kind,
        "story_count": stories.number,
        "story_count_is_capped": not stories.is_all,
    }


def _render_description(text: str) -> str:
    return render(text, numbers={}, anchor="description", resolves_uids=False)


_END_OF_BLOCK = re.compile(r"</(?:p|li|h[1-6]|blockquote|pre|tr|dd|dt|figcaption)>")


def serialize_image(image: Image | None, alt: str, credit: str = "") -> schemas.Picture | None:
    """Serialize an image, or return None if there is none. Without ``credit``, use the credit of the image."""
    if image is None:
        return None
    spec = make_spec(image, FREE, width=fallback_width(image, FREE), ending="jpg")
    return schemas.Picture(url=absolute_url(rendition_url(image, spec)), alt=alt, credit=credit or image.credit)


def html_to_text(html: str) -> str:
    """Return the text of ``html`` without its citations, with an empty line between blocks."""
    return "\n\n".join(text for block in _END_OF_BLOCK.split(html) if (text := text_without_citations(block)))


def serialize_section(part: RenderedSection, url: str) -> schemas.Section:
    """Serialize one section of the page at the absolute URL ``url``."""
    return schemas.Section(
        kind=part.kind,  # type: ignore[arg-type]  # one of SECTION_KINDS, which a test compares with the schema
        url=f"{url}#{part.anchor}",
        heading=part.heading,
        html=absolutize_links(remove_tallies(remove_marks(part.body_html)), page=url),
        text="\n".join(figure.sentence for figure in part.figures) or html_to_text(part.body_html),
        sources=[source.number for source in part.cited],
        passages=[_serialize_passage(voice, url) for voice in part.coverage.voices] if part.coverage else [],
        figures=[
            schemas.Figure(
                figure=figure.value,
                counts=figure.counts,
                according_to=figure.according_to,
                as_of=figure.as_of,
                source=figure.source,
            )
            for figure in part.figures
        ],
    )


def _serialize_passage(voice: RenderedPassage, url: str) -> schemas.Passage:
    return schemas.Passage(
        outlets=[_serialize_outlet_named(outlet) for outlet in voice.outlets],
        html=absolutize_links(remove_tallies(remove_marks(voice.body_html)), page=url),
        text=html_to_text(voice.body_html),
        sources=[article.number for article in voice.articles],
    )


def serialize_claim(claim: ComparedClaim, url: str) -> schemas.Claim:
    """Serialize a point of the page at the absolute URL ``url``."""
    fragment = claim.fragment
    return schemas.Claim(
        uid=fragment.uid,
        claim=fragment.claim,
        kind=fragment.kind,  # type: ignore[arg-type]  # one of KINDS, which a test compares with the schema
        unit=fragment.unit,
        as_of=fragment.as_of,
        brief=fragment.brief,
        difference=fragment.difference,  # type: ignore[arg-type]  # one of DIFFERENCES, as above
        note_html=absolutize_links(remove_marks(claim.note_html), page=url),
        url=f"{url}#{claim.anchor}",
        groups=[_serialize_group(list(cells)) for number, cells in groupby(claim.cells, _get_group) if number],
        silent=[_serialize_report(cell) for cell in claim.cells if cell.stance == "silent"],
        unclear=[_serialize_report(cell) for cell in claim.cells if cell.stance == "unclear"],
        not_compared=[_serialize_outlet_named(cell.outlet) for cell in claim.cells if cell.said is None],
    )


def _get_group(cell: ComparedCell) -> int:
    return cell.group


def _serialize_group(cells: list[ComparedCell]) -> schemas.ClaimGroup:
    said = [cell.said for cell in cells if cell.said]
    first = next((each for each in said if each.value), said[0])
    return schemas.ClaimGroup(
        value=first.value,
        low=first.low,
        high=first.high,
        approximate=first.approximate,
        cells=[_serialize_statement(cell, cell.said) for cell in cells if cell.said],
    )


def _serialize_statement(cell: ComparedCell, said: CellFragment) -> schemas.ClaimStatement:
    return schemas.ClaimStatement(
        outlet=_serialize_outlet_named(cell.outlet),
        stance=cell.stance,  # type: ignore[arg-type]  # only cells that say or deny something have a group
        value=said.value,
        when=said.when,
        source=said.source,
        quotation=said.quotation,
        attributed_to=said.attributed_to,
        as_of=said.as_of,
    )


def _serialize_report(cell: ComparedCell) -> schemas.ClaimReport:
    return schemas.ClaimReport(
        outlet=_serialize_outlet_named(cell.outlet),
        source=cell.said.source if cell.said else None,
        as_of=cell.said.as_of if cell.said else None,
    )


def serialize_forecast(forecast: RenderedForecast, url: str) -> schemas.Forecast:
    """Serialize a forecast of the page at the absolute URL ``url``."""
    return schemas.Forecast(
        uid=forecast.uid,
        url=f"{url}#{forecast.anchor}",
        speaker=forecast.speaker,
        speaker_kind=cast("schemas.SpeakerKind", forecast.speaker_kind),
        said_on=forecast.said_on,
        source=forecast.source,
        quotation=forecast.quotation,
        expected=forecast.expected,
        due_on=forecast.due_on,
        chance=forecast.chance,
        low=forecast.low,
        high=forecast.high,
        unit=forecast.unit,
        state=cast("schemas.ForecastState", forecast.state),
        past_due=forecast.is_overdue,
        outcome_html=absolutize_links(forecast.outcome_html, page=url),
        outcome=html_to_text(forecast.outcome_html),
        outcome_source=forecast.outcome_source,
        decided_on=forecast.decided_on,
    )


def serialize_forecast_listed(entry: ForecastEntry) -> schemas.ForecastListed:
    row, edition = entry.row, entry.row.edition
    path = edition.get_absolute_url()
    return schemas.ForecastListed(
        uid=row.forecast,
        url=absolute_url(entry.url),
        story=schemas.Reference(
            name="" if entry.is_withdrawn else edition.title, url=absolute_url(path), api_url=api_url(path)
        ),
        language=edition.language,
        speaker=row.speaker,
        speaker_kind=cast("schemas.SpeakerKind", row.speaker_kind) or None,
        expected=row.expected,
        due_on=None if entry.is_withdrawn else row.due_on,
        chance=row.chance,
        state=cast("schemas.ForecastState", row.state),
        past_due=entry.is_overdue,
        decided_on=row.decided_on,
        withdrawn=entry.is_withdrawn,
    )


def serialize_source(source: SourceEntry) -> schemas.Source:
    """Serialize one entry in the list of sources."""
    return schemas.Source(
        number=source.number,
        title=source.title,
        url=source.url,
        outlet=_serialize_outlet_named(source.outlet),
        published_on=source.published_on,
        author=source.author,
        paywalled=source.paywalled,
    )


def _serialize_outlet_named(outlet: PrintedOutlet) -> schemas.OutletNamed:
    return schemas.OutletNamed(name=outlet.name, country=outlet.country, **_build_address_fields(outlet.url))


def serialize_topic_named(topic: TopicCard) -> schemas.TopicNamed:
    """Serialize a topic under the name that is on the page."""
    return schemas.TopicNamed(name=topic.name, description=topic.description, **_build_address_fields(topic.url))


def serialize_question_named(teaser: QuestionTeaser) -> schemas.QuestionNamed:
    """Serialize a question as a story asks it."""
    return schemas.QuestionNamed(
        question=teaser.question,
        teaser=teaser.teaser,
        as_of=teaser.now.as_of if teaser.now else None,
        state=teaser.now.state if teaser.now else "",
        may_have_changed=teaser.now.may_have_changed if teaser.now else False,
        **_build_address_fields(teaser.now.url if teaser.now else ""),
    )


def _build_address_fields(path: str) -> dict[str, str | None]:
    return {"url": absolute_url(path) if path else None, "api_url": api_url(path) if path else None}


def serialize_topic_reference(topic: Topic) -> schemas.Reference:
    """Serialize a topic under its present name."""
    path = topic.get_absolute_url()
    return schemas.Reference(name=topic.name, url=absolute_url(path), api_url=api_url(path))


def serialize_corrections(changes: Changes | None) -> list[schemas.Correction]:
    """Serialize the corrections to a page, newest first."""
    return [
        schemas.Correction(
            corrected_at=stage.edition.live_from,
            was_wrong=stage.edition.was_wrong,
            is_right=stage.edition.is_right,
            note=stage.edition.note,
            url=absolute_url(stage.url),
            api_url=api_url(stage.url),
        )
        for stage in (changes.announced if changes else [])
        if stage.is_correction
    ]


def serialize_translations(versions: Iterable[LanguageAlternate]) -> list[schemas.Translation]:
    """Serialize the versions of a page in other languages."""
    return [
        schemas.Translation(
            language=each.language, name=each.name, url=absolute_url(each.url), api_url=api_url(each.url)
        )
        for each in versions
        if not each.is_current
    ]


def serialize_result(result: SearchResult) -> schemas.Result:
    return schemas.Result(
        uid=result.uid,
        url=absolute_url(result.url),
        api_url=api_url(result.url),
        kind="outlet" if result.kind == "source" else result.kind,  # type: ignore[arg-type]  # one of the four kinds
        title=_join_pieces(result.title),
        title_pieces=_serialize_pieces(result.title),
        excerpt=_join_pieces(result.excerpt),
        excerpt_pieces=_serialize_pieces(result.excerpt),
        day=result.day.date() if isinstance(result.day, datetime) else result.day,
        language=result.language,
    )


def _join_pieces(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _serialize_pieces(pieces: Iterable[Piece]) -> list[schemas.Piece]:
    return [schemas.Piece(words=piece.text, hit=piece.is_hit) for piece in pieces]
