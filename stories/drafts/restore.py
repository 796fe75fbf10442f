"""Restore documents: write them into the rows of works, so that the draft has the same content."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from uuid import UUID

from django.db import models, transaction

from newsroom.accounts.models import User
from newsroom.media.models import Image
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from stories.documents import AnyDocument, Claim, Explainer, NamedOutlet, PartHeadings, QuestionPage
from stories.documents.fields import FrozenModel
from stories.drafts.article_urls import update_articles
from stories.drafts.references import (
    find_outlets,
    find_topics,
    get_images,
    get_or_create_article,
    get_or_create_contributors,
    get_or_create_question,
    list_proposed_names,
)
from stories.models import (
    FAQ,
    Answer,
    Article,
    Byline,
    Citation,
    ClaimCell,
    KeyFigure,
    Outlet,
    Section,
    SourceSummary,
    Story,
    StoryClaim,
    StoryForecast,
    StoryQuestion,
    Work,
    WorkImage,
    WorkTopic,
)
from topics.models import Topic


@transaction.atomic
def restore(work: Work, document: AnyDocument, *, by: User | None = None) -> list[FAQ]:
    """Write ``document`` into the rows of ``work``, and return the questions that were created for it.

    Rows are found by uid and updated in place. Unknown outlets and topics become proposed names. Unknown articles and
    contributors are created on behalf of ``by``. If the slug is taken, a free one is derived from it. Raise
    UnknownImageError, with nothing written, if an image is not in the library.
    """
    if isinstance(document, Explainer):
        return _restore_story(Story.objects.get(pk=work.pk), document, by=by)
    _restore_question(FAQ.objects.get(pk=work.pk), document, by=by)
    return []


def _restore_story(story: Story, document: Explainer, *, by: User | None) -> list[FAQ]:
    lead_image = document.lead_picture
    images = get_images([*document.pictures, *([lead_image] if lead_image else [])])
    _restore_work(story, document)
    for name, value in build_story_fields(document, images).items():
        setattr(story, name, value)
    story.save()
    _restore_byline(story, document, by=by)
    sync_rows(Section, {"story": story}, build_sections(document), key=("kind",))
    articles = _restore_common_rows(story, document, by=by)
    _restore_passages(story, document, articles)
    _restore_claims(story, document, articles)
    sync_rows(KeyFigure, {"story": story}, build_figures(document, articles))
    outlets = find_outlets(each.outlet for each in document.forecasts if each.outlet)
    sync_rows(StoryForecast, {"story": story}, build_forecasts(document, articles, outlets))
    return _restore_questions(story, document, by=by)


def _restore_question(faq: FAQ, document: QuestionPage, *, by: User | None) -> None:
    get_images(document.pictures)
    _restore_work(faq, document)
    for name, value in build_question_fields(document).items():
        setattr(faq, name, value)
    faq.save()
    sync_rows(Answer, {"faq": faq}, build_answers(document), key=("question",))
    _restore_common_rows(faq, document, by=by)


def _restore_work(work: Work, document: AnyDocument) -> None:
    work.language = document.language
    work.cut_off = document.cut_off
    if document.slug and document.slug != work.slug:
        work.slug = Address.objects.find_free_slug(
            work.kind, document.slug, uid=work.uid, taken=Work.objects.filter(kind=work.kind)
        )


def _restore_common_rows(work: Work, document: AnyDocument, *, by: User | None) -> dict[int, Article]:
    sync_rows(WorkImage, {"work": work}, build_images(document, get_images(document.pictures)))
    rows = build_topics(document, find_topics(document.topics))
    sync_rows(WorkTopic, {"work": work}, rows, key=("topic",))
    return _restore_citations(work, document, by=by)


def _restore_citations(work: Work, document: AnyDocument, *, by: User | None) -> dict[int, Article]:
    outlets = find_outlets(cited.outlet for cited in document.citations)
    articles = {cited.number: get_or_create_article(cited, outlets, by=by) for cited in document.citations}
    existing = {citation.number: citation.article_id for citation in Citation.objects.filter(work=work)}
    outdated = [number for number, pk in existing.items() if number not in articles or articles[number].pk != pk]
    Citation.objects.filter(work=work, number__in=outdated).delete()
    Citation.objects.bulk_create(
        Citation(work=work, number=number, article=article)
        for number, article in articles.items()
        if existing.get(number) != article.pk
    )
    highest = max(articles, default=0)
    if work.citations_given < highest:
        work.citations_given = highest
        work.save(update_fields=["citations_given"])
    return articles


def _restore_byline(story: Story, document: Explainer, *, by: User | None) -> None:
    contributors = get_or_create_contributors(document.byline, by=by)
    if [row.contributor for row in story.byline.select_related("contributor")] != contributors:
        story.byline.all().delete()
        Byline.objects.bulk_create(
            Byline(story=story, contributor=contributor, position=position)
            for position, contributor in enumerate(dict.fromkeys(contributors))
        )


def _restore_passages(story: Story, document: Explainer, articles: dict[int, Article]) -> None:
    outlets = find_outlets(outlet for passage in document.passages for outlet in passage.outlets)
    rows = sync_rows(SourceSummary, {"story": story}, build_passages(document, outlets))
    for row, passage in zip(rows, document.passages, strict=True):
        row.outlets.set([outlets[named] for named in passage.outlets if named in outlets])
        row.articles.set([articles[number] for number in passage.sources])


def _restore_claims(story: Story, document: Explainer, articles: dict[int, Article]) -> None:
    outlets = find_outlets(cell.outlet for claim in document.claims for cell in claim.cells)
    rows = sync_rows(StoryClaim, {"story": story}, build_claims(document))
    for row, claim in zip(rows, document.claims, strict=True):
        sync_rows(
            ClaimCell, {"claim": row}, build_cells(claim, articles, outlets), key=("outlet_id", "proposed_outlet")
        )


def _restore_questions(story: Story, document: Explainer, *, by: User | None) -> list[FAQ]:
    created = []
    keys = []
    for position, asked in enumerate(document.questions):
        faq, is_new = get_or_create_question(asked, work=story, by=by)
        if is_new:
            created.append(faq)
        wording = "" if asked.question == faq.question else asked.question[:300]
        teaser = "" if asked.teaser == faq.usual_teaser else asked.teaser
        StoryQuestion.objects.update_or_create(
            story=story, faq=faq, defaults={"wording": wording, "teaser": teaser, "position": position}
        )
        keys.append(faq.pk)
    story.story_questions.exclude(faq__in=keys).delete()
    return created


class _RollbackError(Exception):
    """Raised to roll back a temporary restore."""


@contextmanager
def restore_temporarily(work: Work, document: AnyDocument, *, sources_given: int | None = None) -> Iterator[None]:
    """Write ``document`` into the rows of ``work`` for the duration of the block, then roll back everything.

    A snapshot inside the block returns ``document`` with the current names of topics, outlets and contributors, but
    with its own article details. ``sources_given`` is the last source number that had been assigned when ``document``
    was recorded. Raise UnknownImageError if an image is no longer in the library. Raise IntegrityError if ``document``
    conflicts with other rows, such as another article with the same URL. No on_commit callback runs.
    """
    try:
        with transaction.atomic():
            restore(work, document)
            update_articles(document.citations, by=None)
            if sources_given is not None:
                numbers = [cited.number for cited in document.citations]
                Work.objects.filter(pk=work.pk).update(citations_given=max([sources_given, *numbers]))
            yield
            raise _RollbackError
    except _RollbackError:
        return


type Fields = Mapping[str, object]


def sync_rows[Row: models.Model](
    model: type[Row], parent: Fields, wanted: Sequence[tuple[UUID, Fields]], *, key: Sequence[str] = ()
) -> list[Row]:
    """Make the rows of ``parent`` match ``wanted`` (uid and fields), and return them in that order.

    Rows are updated in place, and saved only if a field differs. Missing rows are created, and all other rows are
    deleted. ``key`` names the fields that are unique within a parent. A row whose key changes is deleted and created again,
    so that two rows can exchange their keys. A uid that belongs to a row of another parent is replaced with a new one.
    """
    manager = model._default_manager
    uids = [uid for uid, _ in wanted]
    existing = {row.uid: row for row in manager.filter(**parent)}  # type: ignore[attr-defined]  # every row has a uid
    foreign = set(manager.filter(uid__in=uids).exclude(**parent).values_list("uid", flat=True))
    updatable = {
        uid
        for uid, fields in wanted
        if uid in existing and all(getattr(existing[uid], name) == fields[name] for name in key)
    }
    if removed := [row.pk for uid, row in existing.items() if uid not in updatable]:
        manager.filter(pk__in=removed).delete()
    rows = []
    for position, (uid, fields) in enumerate(wanted):
        values = {**fields, "position": position}
        row = existing.get(uid) if uid in updatable else None
        if row is None:
            row = manager.create(uid=uuid.uuid4() if uid in foreign else uid, **parent, **values)
        elif changed := [name for name, value in values.items() if getattr(row, name) != value]:
            for name in changed:
                setattr(row, name, values[name])
            row.save()
        rows.append(row)
    return rows


type Part = tuple[UUID, Fields]


def build_story_fields(document: Explainer, images: Mapping[UUID, Image]) -> Fields:
    """Return the fields for the row of a story; ``images`` must contain its lead image."""
    lead_image = document.lead_picture
    return {
        **_get_common_fields(document, Story),
        "part_headings": _get_custom_headings(document),
        "origins": [origin.model_dump(mode="json") for origin in document.origins],
        "unexamined": list(document.unexamined),
        "lead_image": images[lead_image.image] if lead_image else None,
        "lead_alt": lead_image.alt if lead_image else "",
        "lead_decorative": lead_image.decorative if lead_image else False,
        "lead_caption": lead_image.caption if lead_image else "",
        "lead_credit": lead_image.credit if lead_image else "",
    }


def _get_custom_headings(document: Explainer) -> dict[str, str]:
    """Return the headings of parts that differ from the usual ones in the language of the story."""
    usual = PartHeadings.usual(document.language).model_dump()
    return {name: heading for name, heading in document.headings.model_dump().items() if heading != usual[name]}


def build_question_fields(document: QuestionPage) -> Fields:
    return {
        **_get_common_fields(document, FAQ),
        "answer_state": document.state,
        "folded_question": fold(document.question[:300])[:300],
    }


def _get_common_fields(value: FrozenModel, model: type[models.Model]) -> dict[str, object]:
    """Return the fields of ``value`` that are columns of the model's own table, truncated to the column length."""
    fields: dict[str, object] = {}
    for name, max_length in _list_common_columns(type(value), model):
        field = getattr(value, name)
        fields[name] = field[:max_length] if max_length else field
    return fields


@cache
def _list_common_columns(kind: type[FrozenModel], model: type[models.Model]) -> list[tuple[str, int | None]]:
    """Return the names of columns that are also fields of the document class, with their maximum lengths.

    Uids and foreign keys are left out.
    """
    return [
        (column.name, getattr(column, "max_length", None))
        for column in model._meta.local_concrete_fields
        if column.name in kind.model_fields and column.name != "uid" and not column.is_relation
    ]


def build_sections(document: Explainer) -> list[Part]:
    return [(each.uid, _get_common_fields(each, Section)) for each in document.sections]


def build_passages(document: Explainer, outlets: Mapping[NamedOutlet, Outlet]) -> list[Part]:
    """Return the passages of a story. ``outlets`` contains the existing outlets for the names in them."""
    return [
        (
            passage.uid,
            {
                **_get_common_fields(passage, SourceSummary),
                "proposed_outlets": list_proposed_names(passage.outlets, dict(outlets)),
            },
        )
        for passage in document.passages
    ]


def build_claims(document: Explainer) -> list[Part]:
    return [(each.uid, _get_common_fields(each, StoryClaim)) for each in document.claims]


def build_cells(claim: Claim, articles: Mapping[int, Article], outlets: Mapping[NamedOutlet, Outlet]) -> list[Part]:
    """Return the cells of a claim, each existing outlet and each proposed name once.

    If an outlet has two cells under different names, the second one proposes its name, so that an editor can decide.
    """
    cells: dict[object, Part] = {}
    for cell in claim.cells:
        outlet = _build_outlet_fields(cell.outlet, outlets)
        if outlet["outlet_id"] in cells:
            outlet = _build_outlet_fields(cell.outlet, {})
        key = outlet["outlet_id"] or fold(cell.outlet.name)
        article = articles.get(cell.source or 0)
        cells.setdefault(key, (cell.uid, {**_get_common_fields(cell, ClaimCell), **outlet, "article": article}))
    return list(cells.values())


def build_forecasts(
    document: Explainer, articles: Mapping[int, Article], outlets: Mapping[NamedOutlet, Outlet]
) -> list[Part]:
    return [
        (
            each.uid,
            {
                **_get_common_fields(each, StoryForecast),
                **_build_outlet_fields(each.outlet, outlets),
                "article": articles.get(each.source or 0),
                "outcome_article": articles.get(each.outcome_source or 0),
            },
        )
        for each in document.forecasts
    ]


def _build_outlet_fields(named: NamedOutlet | None, outlets: Mapping[NamedOutlet, Outlet]) -> Fields:
    outlet = outlets.get(named) if named else None
    return {
        "outlet_id": outlet.pk if outlet else None,
        "proposed_outlet": "" if outlet or named is None else named.name[:200],
    }


def build_figures(document: Explainer, articles: Mapping[int, Article]) -> list[Part]:
    """Return the figures of a story. ``articles`` contains its sources, keyed by citation number."""
    return [
        (each.uid, {**_get_common_fields(each, KeyFigure), "article": articles.get(each.source or 0)})
        for each in document.figures
    ]


def build_answers(document: QuestionPage) -> list[Part]:
    return [
        (each.uid, {**_get_common_fields(each, Answer), "folded_question": fold(each.question[:300])[:300]})
        for each in document.answers
    ]


def build_images(document: AnyDocument, images: Mapping[UUID, Image]) -> list[Part]:
    """Return the images in the text of a work; ``images`` must contain them."""
    return [
        (placed.uid, {**_get_common_fields(placed, WorkImage), "image": images[placed.image]})
        for placed in document.pictures
    ]


def build_topics(document: AnyDocument, existing: Mapping[UUID, Topic]) -> list[Part]:
    """Return the topics of a work, each existing topic once. ``existing`` maps the uids of rows to topics."""
    rows: list[Part] = []
    seen_keys: set[int] = set()
    for named in document.topics:
        topic = existing.get(named.uid)
        if topic and topic.pk in seen_keys:
            continue
        if topic:
            seen_keys.add(topic.pk)
        proposed = "" if topic else named.name[:200]
        rows.append((named.uid, {**_get_common_fields(named, WorkTopic), "topic": topic, "proposed_name": proposed}))
    return rows
