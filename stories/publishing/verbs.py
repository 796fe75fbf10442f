"""Publish and withdraw: each locks, reads the clock once, checks, writes everything or nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from newsroom import clock
from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.addresses.models import Address, AddressTakenError
from newsroom.record.models import Event
from stories import checks, revisions
from stories.models import FAQ, Change, Edition, EditionKind, Revision, Story, Work
from stories.publishing.freezing import end, freeze, place_for
from stories.publishing.refusals import NotHereError, NothingNewError, NotReadyError

RIGHT = "stories.publish_work"


@transaction.atomic
def publish(work: Work, *, by: User, note: str = "", with_questions: Iterable[FAQ] = ()) -> Edition:
    """Show readers what the desk says of ``work`` now, and of the questions named with it: all or none.

    ``note`` tells readers what changed. Raises NotAllowedError without the right, NotHereError for what lies in the
    bin or wants an address that was another page's once, NotReadyError with the blockers of every work that has some, NothingNewError when readers see exactly this of
    all of them already. A work that readers see unchanged already is left as it is.
    """
    require(by, RIGHT, "Only editors publish. Save it, and ask one of them.")
    works = _locked([work, *with_questions])
    now = clock.now()
    ready: list[tuple[Work, Revision]] = []
    blocking: dict[Work, checks.Findings] = {}
    for each in works:
        if each.binned_at:
            raise NotHereError(f"“{each.slug}” lies in the bin. Take it out before it is published.")
        revision = revisions.record(each, by=by, reason="Names brought up to date")
        if found := checks.findings(revision.document.value()).blocking():
            blocking[each] = found
        ready.append((each, revision))
    if blocking:
        raise NotReadyError(blocking)
    try:
        made = {each.pk: _publish_one(each, revision, by=by, note=note, now=now) for each, revision in ready}
    except AddressTakenError as error:
        raise NotHereError(str(error)) from error
    if not any(made.values()):
        raise NothingNewError
    return made[work.pk] or Edition.objects.live(now).get(work=work)


@transaction.atomic
def withdraw(work: Work, *, by: User, notice: str) -> Edition:
    """Take the page from readers at once; its address answers 410 with ``notice``, which must say why.

    Raises NotAllowedError without the right, NotHereError when readers see no page of this work or no notice is given.
    """
    require(by, RIGHT, "Only editors withdraw a page.")
    if not notice.strip():
        raise NotHereError("Say in the notice why the page is withdrawn; readers will find it at the address.")
    (locked,) = _locked([work])
    now = clock.now()
    place = place_for(locked, now=now)
    page = place.standing
    if page is None or page.kind != EditionKind.PAGE:
        raise NotHereError("Readers do not see this page; there is nothing to withdraw.")
    end(page, at=place.begin)
    edition = Edition.objects.create(
        work=locked,
        uid=locked.uid,
        work_kind=locked.kind,
        kind=EditionKind.NOTICE,
        number=place.number,
        slug=page.slug,
        language=page.language,
        direction=page.direction,
        title=page.title,
        live_from=place.begin,
        first_published_at=page.first_published_at,
        updated_at=place.begin,
        change=Change.WITHDRAWAL,
        notice=notice.strip(),
        published_by=by,
    )
    Event.objects.write(
        locked.kind, locked.uid, "withdrawn", by=by, after={"edition": edition.number}, reason=notice.strip()
    )
    return edition


def changed_questions(story: Story, *, at: datetime) -> list[FAQ]:
    """Return the questions of ``story`` whose newest revision readers do not see at ``at``, in the story's order."""
    asked = [row.faq for row in story.story_questions.select_related("faq") if row.faq.binned_at is None]
    live = dict(
        Edition.objects.live(at).filter(work__in=[faq.pk for faq in asked]).values_list("work_id", "document_id")
    )
    newest = revisions.newest_of_each(asked)
    return [faq for faq in asked if faq.pk not in newest or live.get(faq.pk) != newest[faq.pk].document_id]


def _locked(works: Iterable[Work]) -> list[Work]:
    keys = sorted({work.pk for work in works})
    return list(Work.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _publish_one(work: Work, revision: Revision, *, by: User, note: str, now: datetime) -> Edition | None:
    """Make the edition and its event; None when readers see exactly this document already."""
    place = place_for(work, now=now)
    standing = place.standing
    if standing and standing.kind == EditionKind.PAGE and standing.document_id == revision.document_id:
        return None
    document = revision.document.value()
    Address.objects.claim(work.kind, document.slug, work.uid)
    if standing:
        end(standing, at=place.begin)
    edition = freeze(work, revision, document, place, by=by, note=note.strip())
    Event.objects.write(
        work.kind,
        work.uid,
        "published",
        by=by,
        after={"edition": edition.number, "revision": revision.number},
        reason=note.strip(),
    )
    return edition
