"""Create editions from validated works, with HTML, projections and search entries, and create notices."""

from collections.abc import Sequence
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.media.models import Image
from newsroom.search import index
from newsroom.text.fold import fold
from stories.documents import Explainer
from stories.drafts import status_index
from stories.drafts.references import list_reporting_outlet_uids
from stories.models import MAX_FOLDED_TITLE_LENGTH, Bundle, Change, Edition, EditionKind, Work
from stories.publishing.editions.invalidation import invalidate_pages_naming, invalidate_pages_of
from stories.publishing.editions.projections import load_images, write_projections
from stories.publishing.editions.related import choose_related, enqueue_choosing
from stories.publishing.editions.search_index import index_editions
from stories.publishing.request import Validated
from stories.publishing.tasks import enqueue_pings
from stories.publishing.timeline import Place

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})


def get_direction(language: str) -> str:
    """Return ``rtl`` if the language is written from right to left, else ``ltr``."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def create_editions(
    ready: Sequence[Validated], *, by: User, is_scheduled: bool = False, bundle: Bundle | None = None
) -> list[Edition]:
    """Insert the edition of each work at its place, with its projections and search entry.

    The places must be free: see ``timeline.make_room``. A minor change does not set ``updated_at``, which readers see
    as *Updated*. The number of queries does not depend on the number of works.
    """
    images = load_images(one.document for one in ready)
    editions = Edition.objects.bulk_create(
        _edition(one, images, by=by, is_scheduled=is_scheduled, bundle=bundle) for one in ready
    )
    frozen = [(edition, one.document) for edition, one in zip(editions, ready, strict=True)]
    names = ready[0].names
    write_projections(frozen, names=names, images=images)
    index_editions(frozen, names=names)
    if not is_scheduled:
        followed = [one for one in ready if one.place.previous is not None]
        for at in sorted({one.place.begin for one in followed}):
            index.remove_expired_of([(one.work.kind, one.work.uid) for one in followed if one.place.begin == at], at=at)
    # The live edition keeps its related stories until the new one goes live.
    at_once = [
        each for each, one in zip(editions, ready, strict=True) if not is_scheduled or one.place.previous is None
    ]
    choose_related(at_once, at=min(edition.live_from for edition in editions))
    if is_scheduled:
        enqueue_choosing(editions)
    status_index.update_statuses(edition.work_id for edition in editions)
    invalidate_pages_naming(frozen, names=names)
    for edition in editions:
        enqueue_pings(edition)
    return editions


def _edition(
    one: Validated, images: dict[UUID, Image], *, by: User, is_scheduled: bool, bundle: Bundle | None
) -> Edition:
    work, document, place, change = one.work, one.document, one.place, one.change
    lead = document.lead_picture if isinstance(document, Explainer) else None
    title = document.headline if isinstance(document, Explainer) else document.question
    before = place.previous_page
    is_minor = change.change == Change.MINOR
    return Edition(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        kind=EditionKind.PAGE,
        number=place.number,
        major=(before.major + (not is_minor)) if before else 1,
        minor=before.minor + 1 if before and is_minor else 0,
        document_id=one.revision.document_id,
        revision=one.revision,
        slug=document.slug,
        language=document.language,
        direction=get_direction(document.language),
        translation_group=work.translation_group,
        title=title,
        folded_title=fold(title)[:MAX_FOLDED_TITLE_LENGTH],
        **one.rendered.columns(),
        live_from=place.begin,
        live_until=place.until,
        is_scheduled=is_scheduled,
        known_findings=list(one.known_findings) if is_scheduled else [],
        bundle=bundle,
        first_published_at=place.first_page.first_published_at if place.first_page else place.begin,
        updated_at=before.updated_at if before and is_minor else place.begin,
        change=change.change,
        note=change.note.strip(),
        was_wrong=change.was_wrong.strip(),
        is_right=change.is_right.strip(),
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
    is_scheduled: bool = False,
) -> Edition:
    """Insert the notice that replaces ``page``; the place must be free."""
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
        title=page.title,
        live_from=place.begin,
        live_until=place.until,
        is_scheduled=is_scheduled,
        first_published_at=page.first_published_at,
        updated_at=place.begin,
        change=change,
        notice=notice.strip(),
        instead=instead,
        published_by=by,
    )
    status_index.update_statuses([work.pk])
    invalidate_pages_of([edition])
    enqueue_pings(edition)
    return edition
