"""Write projections: the tables that record which topics, outlets and other objects an edition names."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from newsroom.accounts.models import Contributor
from newsroom.db.statements import PreparedInsert, PreparedQuery, execute_together
from newsroom.http.languages import primary_subtag
from newsroom.media.models import Image
from newsroom.text.fold import fold
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.as_shown import as_shown, find_last_valid_day
from stories.documents.dated_answers import list_dated_answers
from stories.documents.forecasts import frozen_digest, list_articles
from stories.drafts.references import NamedEntities
from stories.models import (
    Article,
    Edition,
    EditionAnswer,
    EditionArticle,
    EditionContributor,
    EditionForecast,
    EditionImage,
    EditionKind,
    EditionOutlet,
    EditionQuestion,
    EditionQuestionState,
    EditionTopic,
)

type EditionWithDocument = tuple[Edition, AnyDocument]

_SPAN = ("edition", "live_from", "live_until")
_ORDER = ("work_kind", "language", "updated_at", "uid")
_TOPICS = PreparedInsert(EditionTopic, "topic", "position", *_SPAN, *_ORDER)
_OUTLETS = PreparedInsert(EditionOutlet, "outlet", "position", *_SPAN, *_ORDER)
_ARTICLES = PreparedInsert(EditionArticle, "article", "position", *_SPAN)
_CONTRIBUTORS = PreparedInsert(EditionContributor, "contributor", "position", *_SPAN)
_QUESTIONS = PreparedInsert(EditionQuestion, "question_uid", "position", *_SPAN)
_IMAGES = PreparedInsert(EditionImage, "image", "position", *_SPAN)
_QUESTION_STATES = PreparedInsert(
    EditionQuestionState,
    "uid",
    "language",
    "state",
    "open_since",
    "first_expires_on",
    "valid_until",
    "position",
    *_SPAN,
)
_ANSWERS = PreparedInsert(EditionAnswer, "uid", "answer", "expires_on", "position", *_SPAN)
_FORECASTS = PreparedInsert(
    EditionForecast, "uid", "language", "forecast", "speaker", "speaker_folded", "speaker_kind", "expected", "due_on",
    "state", "decided_on", "chance", "has_range", "frozen", "position", *_SPAN,
)  # fmt: skip
_ARTICLE_IDS = PreparedQuery(lambda uids: Article.objects.filter(uid__in=uids).values_list("uid", "pk"))
_CONTRIBUTOR_IDS = PreparedQuery(lambda uids: Contributor.objects.filter(uid__in=uids).values_list("uid", "pk"))


def write_projections(
    editions_with_documents: Sequence[EditionWithDocument], *, names: NamedEntities, images: dict[UUID, Image]
) -> None:
    """Write the projections of each edition.

    ``names`` and ``images`` must contain at least what the documents name and show. The number of queries does not
    depend on the number of editions.
    """
    article_uids = {citation.article for _, document in editions_with_documents for citation in document.citations}
    articles = dict(_ARTICLE_IDS(uids=article_uids)) if article_uids else {}
    bylines = {
        edition.pk: document.byline for edition, document in editions_with_documents if isinstance(document, Explainer)
    }
    contributor_uids = {name.uid for byline in bylines.values() for name in byline}
    contributors = dict(_CONTRIBUTOR_IDS(uids=contributor_uids)) if contributor_uids else {}
    questions = {
        edition.pk: document.questions
        for edition, document in editions_with_documents
        if isinstance(document, Explainer)
    }

    execute_together(
        [
            _TOPICS.bind(
                (topic.pk, position, *_span_values(edition), *_order_values(edition))
                for edition, document in editions_with_documents
                for position, topic in enumerate(names.topics_of(document))
            ),
            _OUTLETS.bind(
                (outlet.pk, position, *_span_values(edition), *_order_values(edition))
                for edition, document in editions_with_documents
                for position, outlet in enumerate(names.outlets_of(document))
            ),
            _ARTICLES.bind(
                (articles[uid], position, *_span_values(edition))
                for edition, document in editions_with_documents
                for position, uid in enumerate(each.article for each in document.citations if each.article in articles)
            ),
            _CONTRIBUTORS.bind(
                (contributors[uid], position, *_span_values(edition))
                for edition, _ in editions_with_documents
                for position, uid in enumerate(
                    name.uid for name in bylines.get(edition.pk, ()) if name.uid in contributors
                )
            ),
            _QUESTIONS.bind(
                (each.uid, position, *_span_values(edition))
                for edition, _ in editions_with_documents
                for position, each in enumerate(questions.get(edition.pk, ()))
            ),
            _IMAGES.bind(
                (images[uid].pk, position, *_span_values(edition))
                for edition, document in editions_with_documents
                for position, uid in enumerate(uid for uid in list_image_uids(document) if uid in images)
            ),
            _QUESTION_STATES.bind(
                (edition.uid, primary_subtag(edition.language), *state, 0, *_span_values(edition))
                for edition, document in editions_with_documents
                if any(state := _question_state(document))
            ),
            _ANSWERS.bind(
                (edition.uid, answer, expires_on, position, *_span_values(edition))
                for edition, document in editions_with_documents
                for position, (answer, expires_on) in enumerate(_list_expiring_answers(document))
            ),
            _FORECASTS.bind(
                (edition.uid, primary_subtag(edition.language), *values, position, *_span_values(edition))
                for edition, document in editions_with_documents
                for position, values in enumerate(_list_forecast_values(document))
            ),
        ]
    )


def _question_state(document: AnyDocument) -> tuple[str, date | None, date | None, date | None]:
    """Return the state of a question and three days.

    These are the day since which it is open, the first day on which an answer expires, and the last day before the
    question may have changed.
    """
    if not isinstance(document, QuestionPage):
        return "", None, None, None
    shown = as_shown(document)
    first = min((expires_on for _, expires_on in _list_expiring_answers(document)), default=None)
    last = find_last_valid_day(shown.short_answer_expires_on, (answer.expires_on for answer in shown.answers))
    return shown.state, shown.open_since, first, last


def _list_expiring_answers(document: AnyDocument) -> list[tuple[UUID, date]]:
    """Return the uids of the answers that expire, with their last valid days; the short answer comes first."""
    return [(each.uid, each.expires_on) for each in list_dated_answers(document) if each.expires_on]


def _list_forecast_values(document: AnyDocument) -> list[tuple[object, ...]]:
    return [
        (
            each.uid, each.speaker[:200], fold(each.speaker[:200])[:200], each.speaker_kind, each.expected[:500],
            each.due_on, each.state, each.decided_on, each.chance, bool(each.low or each.high),
            frozen_digest(each, article),
        )
        for each, article in (list_articles(document) if isinstance(document, Explainer) else ())
    ]  # fmt: skip


def write_withdrawn_forecasts(page: Edition, *, until: datetime) -> None:
    """Write what remains of the forecasts of ``page`` at the notice that replaces it at ``until``, if there is a notice.

    That is one row without words if the page has forecasts. If it has none, a row that the notice has from another page
    gets an empty span. A cancelled page is replaced by nothing.
    """
    if page.is_cancelled:
        return
    notices = Edition.objects.filter(work=page.work_id, kind=EditionKind.NOTICE, live_from=until)
    if (notice := notices.without_cancelled().first()) is None:
        return
    written = notice.edition_forecasts.filter(live_until__gt=F("live_from"))
    if not EditionForecast.objects.filter(edition=page).exists():
        written.update(live_until=F("live_from"))
    elif not written.exists():
        day = timezone.localdate(notice.live_from)
        notice.edition_forecasts.create(
            uid=notice.uid,
            forecast=notice.uid,
            language=primary_subtag(notice.language),
            state="void",
            due_on=day,
            decided_on=day,
            live_from=notice.live_from,
            live_until=notice.live_until,
        )


def load_images(documents: Iterable[AnyDocument]) -> dict[UUID, Image]:
    """Return the images that the documents show, keyed by uid."""
    uids = {uid for document in documents for uid in list_image_uids(document)}
    return {image.uid: image for image in Image.objects.filter(uid__in=uids)} if uids else {}


def list_image_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the images that a document shows, without duplicates."""
    uids = [picture.image for picture in document.pictures]
    if isinstance(document, Explainer) and document.lead_picture:
        uids.append(document.lead_picture.image)
    return list(dict.fromkeys(uids))


def _span_values(edition: Edition) -> tuple[object, ...]:
    return edition.pk, edition.live_from, edition.live_until


def _order_values(edition: Edition) -> tuple[object, ...]:
    return edition.work_kind, primary_subtag(edition.language), edition.updated_at, edition.uid
