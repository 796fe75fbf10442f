"""Stories and questions as values: by themselves, in lists, in their history."""

from typing import Any, cast

from stories.api import documents, values
from stories.api.addresses import complete, twin, whole
from stories.api.lists import Listed
from stories.api.telling import parts
from stories.editions.models import Edition
from stories.reading.changes import Stage
from stories.reading.explainer import ExplainerPage
from stories.reading.explaining import unexplained
from stories.reading.links import as_of
from stories.reading.question import QuestionPage


def story(page: ExplainerPage, shown: Stage) -> documents.Story:
    """Return the story as ``page`` shows it; ``shown`` says which edition that is and where it stands."""
    url = whole(shown.url)
    return documents.Story(
        **_written(page.edition, shown.url),
        headline=page.headline,
        summary=page.edition.summary,
        summary_html=complete(unexplained(page.summary_html), page=url),
        byline=list(page.byline),
        edition=_edition(shown),
        reading_minutes=page.edition.minutes,
        outlet_count=page.edition.outlet_count,
        picture=parts.picture(page.lead.image, page.lead.alt, page.lead.credit) if page.lead else None,
        sections=[parts.section(each, url) for each in page.parts],
        sources=[parts.source(each) for each in page.sources],
        questions=[parts.question_named(each) for each in page.questions],
        topics=[parts.topic_named(each) for each in page.topics],
        corrections=parts.corrections(page.changes),
        method_html=complete(page.method_html, page=url),
        related=[reference(card.edition) for card in page.related],
        translations=parts.translations(page.versions),
    )


def question(page: QuestionPage, shown: Stage) -> documents.Question:
    """Return the question as ``page`` shows it; ``shown`` says which edition that is and where it stands."""
    url = whole(shown.url)
    return documents.Question(
        **_written(page.edition, shown.url),
        question=page.question,
        introduction_html=complete(page.introduction_html, page=url),
        introduction=parts.text_of(page.introduction_html),
        answers=[
            values.Answer(
                question=answer.question,
                url=f"{url}#{answer.anchor}",
                html=complete(answer.body_html, page=url),
                text=parts.text_of(answer.body_html),
                as_of=answer.as_of,
            )
            for answer in page.answers
        ],
        as_of=page.as_of,
        edition=_edition(shown),
        sources=[parts.source(each) for each in page.sources],
        topics=[parts.topic_named(each) for each in page.topics],
        stories=[reference(card.edition) for card in page.stories],
        corrections=parts.corrections(page.changes),
        translations=parts.translations(page.versions),
    )


def story_listed(card: Listed) -> documents.StoryListed:
    """Return a story as it stands in a list."""
    edition = card.edition
    return documents.StoryListed(
        **_written(edition, edition.get_absolute_url()),
        headline=edition.title,
        summary=edition.summary,
        edition=edition.label,
        reading_minutes=edition.minutes,
        outlet_count=edition.outlet_count,
        picture=parts.picture(edition.lead_image, edition.lead_alt),
        topics=[parts.by_name(each) for each in card.topics],
    )


def question_listed(card: Listed) -> documents.QuestionListed:
    """Return a question as it stands in a list."""
    edition = card.edition
    return documents.QuestionListed(
        **_written(edition, edition.get_absolute_url()),
        question=edition.title,
        summary=edition.summary,
        as_of=as_of(edition),
        edition=edition.label,
        topics=[parts.by_name(each) for each in card.topics],
    )


def printed(page: ExplainerPage | QuestionPage, shown: Stage) -> documents.Story | documents.Question:
    """Return an old edition as it was."""
    return story(page, shown) if isinstance(page, ExplainerPage) else question(page, shown)


def now(page: ExplainerPage | QuestionPage) -> Stage:
    """Return which edition the page of today shows."""
    number = page.changes.editions if page.changes else 1
    return Stage(page.edition, number, page.edition.get_absolute_url(), None)


def stage(shown: Stage) -> values.Stage:
    """Return one edition in the history of a page."""
    edition = shown.edition
    return values.Stage(
        number=shown.number or None,
        label=edition.label if shown.is_page else None,
        change=cast("values.ChangeKind", edition.change),
        title=edition.title if shown.is_page else "",
        note=edition.note if shown.tells else "",
        was_wrong=edition.was_wrong,
        is_right=edition.is_right,
        notice=edition.notice,
        public_from=edition.live_from,
        public_until=shown.until,
        url=whole(shown.url) if shown.url else None,
        api_url=twin(shown.url) if shown.url else None,
    )


def reference(edition: Edition) -> values.Reference:
    """Return a story or question by its title."""
    url = edition.get_absolute_url()
    return values.Reference(name=edition.title, url=whole(url), api_url=twin(url))


def _edition(stage: Stage) -> values.EditionNow:
    return values.EditionNow(
        number=stage.number,
        label=stage.edition.label,
        change=cast("values.ChangeKind", stage.edition.change),
        note=stage.edition.note if stage.tells else "",
        public_from=stage.edition.live_from,
        public_until=stage.until,
    )


def _written(edition: Edition, path: str) -> dict[str, Any]:
    return {
        "uid": edition.uid,
        "url": whole(path),
        "api_url": twin(path),
        "language": edition.language,
        "direction": edition.direction,
        "published_at": edition.first_published_at,
        "updated_at": edition.updated_at,
    }
