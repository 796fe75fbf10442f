"""Create editions from validated works, with their HTML, projections and search entries; create notices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.http.clock import FOREVER
from newsroom.media.models import Image
from newsroom.search import index
from newsroom.text.fold import fold
from stories.documents import Explainer
from stories.drafts import status_index
from stories.drafts.references import list_reporting_outlet_uids
from stories.models import MAX_FOLDED_TITLE_LENGTH, Bundle, Change, Edition, EditionKind, Work
from stories.publishing.editions.corrections import CorrectedPlace, locate_corrections
from stories.publishing.editions.invalidation import invalidate_pages_naming, invalidate_pages_of
from stories.publishing.editions.projections import (
    load_images,
    write_projections,
    write_withdrawn_forecasts,
)
from stories.publishing.editions.related import choose_related, enqueue_choosing
from stories.publishing.editions.search_index import index_editions
from stories.publishing.request import Validated
from stories.publishing.tasks import enqueue_pings
from stories.publishing.timeline import Place

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})


def get_direction(language: str) -> str:
    """Return ``rtl`` if the language is written from right to left, otherwise ``ltr``."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def create_editions(
    works: Sequence[Validated],
    ended: Mapping[datetime, Sequence[Edition]],
    *,
    by: User,
    is_scheduled: bool = False,
    bundle: Bundle | None = None,
) -> list[Edition]:
    """Insert the edition of each work at its place, with its projections and search entry.

    Return the editions. Also choose related stories, update publication statuses, invalidate pages and enqueue pings.
    The places must be free: call ``timeline.end_previous_rows`` first, and pass its result as ``ended``. A minor change
    takes ``updated_at``, which readers see as *Updated*, from the page before it. Apart from tasks for pings, the
    number of queries does not depend on the number of works.
    """
    images = load_images(each.document for each in works)
    corrected = locate_corrections(works)
    editions = Edition.objects.bulk_create(
        _build_edition(
            each,
            images,
            corrected.get(each.work.pk, CorrectedPlace()),
            by=by,
            is_scheduled=is_scheduled,
            bundle=bundle,
        )
        for each in works
    )
    for edition, each in zip(editions, works, strict=True):
        edition.ordinal = each.place.ordinal
    editions_with_documents = [(edition, each.document) for edition, each in zip(editions, works, strict=True)]
    names = works[0].names
    replaced = [edition for at in sorted(ended) for edition in ended[at]]
    write_projections(editions_with_documents, names=names, images=images)
    for edition, document in editions_with_documents:
        if isinstance(document, Explainer) and document.forecasts and edition.live_until < FOREVER:
            write_withdrawn_forecasts(edition, until=edition.live_until)
    if is_scheduled:
        index.end_editions({edition.pk: at for at, editions_at in ended.items() for edition in editions_at})
    index_editions(editions_with_documents, names=names, replaced=None if is_scheduled else replaced)
    # The live edition keeps its related stories until the new one goes live.
    first_or_live = {
        edition.pk: edition
        for edition, each in zip(editions, works, strict=True)
        if not is_scheduled or each.place.previous is None
    }
    topics = {
        edition.pk: [topic.pk for topic in names.topics_of(document)]
        for edition, document in editions_with_documents
        if edition.pk in first_or_live
    }
    choose_related(first_or_live.values(), at=min(edition.live_from for edition in editions), topics=topics)
    if is_scheduled:
        enqueue_choosing(editions)
    status_index.update_statuses(edition.work_id for edition in editions)
    invalidate_pages_naming(editions_with_documents, names=names, replaced=replaced)
    for edition in editions:
        enqueue_pings(edition)
    return editions


def _build_edition(
    validated: Validated,
    images: dict[UUID, Image],
    corrected: CorrectedPlace,
    *,
    by: User,
    is_scheduled: bool,
    bundle: Bundle | None,
) -> Edition:
    work, document, place, change = validated.work, validated.document, validated.place, validated.change
    lead = document.lead_picture if isinstance(document, Explainer) else None
    title = document.headline if isinstance(document, Explainer) else document.question
    previous_page = place.previous_page
    is_minor = change.change == Change.MINOR
    return Edition(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        kind=EditionKind.PAGE,
        number=place.number,
        major=(previous_page.major + (not is_minor)) if previous_page else 1,
        minor=previous_page.minor + 1 if previous_page and is_minor else 0,
        document_id=validated.revision.document_id,
        revision=validated.revision,
        slug=document.slug,
        language=document.language,
        direction=get_direction(document.language),
        translation_group=work.translation_group,
        title=title,
        folded_title=fold(title)[:MAX_FOLDED_TITLE_LENGTH],
        **validated.rendered.columns(),
        live_from=place.begin,
        live_until=place.until,
        is_scheduled=is_scheduled,
        known_findings=list(validated.known_findings) if is_scheduled else [],
        bundle=bundle,
        first_published_at=place.first_page.first_published_at if place.first_page else place.begin,
        updated_at=previous_page.updated_at if previous_page and is_minor else place.begin,
        change=change.change,
        note=change.note.strip(),
        was_wrong=change.was_wrong.strip(),
        is_right=change.is_right.strip(),
        **corrected.columns(),
        outlet_count=len(list_reporting_outlet_uids(document)),
        lead_image=images[lead.image] if lead else None,
        lead_alt=lead.alt if lead else "",
        published_by=by,
    )


def create_notice(
    work: Work,
    page: Edition,
    place: Place,
    notice: str,
    *,
    by: User,
    change: Change,
    instead: UUID | None = None,
    redirects: bool = False,
    hides_title: bool = False,
    is_scheduled: bool = False,
) -> Edition:
    """Insert and return the notice that replaces ``page``; ``place`` must be free.

    Also write that its forecasts were withdrawn, update the publication status of the work, invalidate its pages and
    enqueue pings. Pass ``is_scheduled`` for a notice that begins later; otherwise, expired search entries of the work
    are removed. The notice links to the work with the uid ``instead``, if given, or ``redirects`` readers to it. A
    notice that hides the title has none.
    """
    if not is_scheduled:
        index.remove_expired(work.kind, work.uid, at=place.begin)
    edition = Edition.objects.create(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        kind=EditionKind.NOTICE,
        number=place.number,
        major=page.major,
        minor=page.minor,
        slug=page.slug,
        language=page.language,
        direction=page.direction,
        translation_group=page.translation_group,
        title="" if hides_title else page.title,
        live_from=place.begin,
        live_until=place.until,
        is_scheduled=is_scheduled,
        first_published_at=page.first_published_at,
        updated_at=place.begin,
        change=change,
        notice=notice.strip(),
        instead=instead,
        redirects=redirects,
        published_by=by,
    )
    write_withdrawn_forecasts(page, until=place.begin)
    status_index.update_statuses([work.pk])
    invalidate_pages_of([edition])
    enqueue_pings(edition)
    return edition
