"""The state of a link at one time, which is computed and never changed by a task: open, or why it is not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import QuerySet, TextChoices

from newsroom.accounts.models import User
from stories.models import Edition, EditionKind, Revision, SharedPreview, Work
from stories.workflow.shared_previews.verbs import RIGHT, may_revoke, view_right


class LinkState(TextChoices):
    """The state of a link; only an open one opens anything."""

    OPEN = "open", "Open"
    REVOKED = "revoked", "Revoked"
    ENDED = "ended", "Ended"
    BINNED = "binned", "Closed: in the bin"
    WITHOUT_MAKER = "without_maker", "Closed: who made it may no longer share it"


def state_of(link: SharedPreview, *, at: datetime) -> LinkState:
    """Return the state of ``link`` at ``at``; its work and maker should be selected with it."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.ends_at <= at:
        return LinkState.ENDED
    if link.work.binned_at is not None:
        return LinkState.BINNED
    # ``has_perm`` returns False for a deactivated account.
    if not (link.made_by.has_perm(RIGHT) and link.made_by.has_perm(view_right(link.work.kind))):
        return LinkState.WITHOUT_MAKER
    return LinkState.OPEN


@dataclass(frozen=True, slots=True)
class PublishedSince:
    """The editions of some works that had begun at one time, by the key of the work, in order of time."""

    editions: Mapping[int, list[Edition]]

    @classmethod
    def of(cls, works: Iterable[Work], *, since: datetime, at: datetime) -> Self:
        """Read the editions and notices that were in force at any time between ``since`` and ``at``. One query."""
        found: dict[int, list[Edition]] = {}
        begun = Edition.objects.without_cancelled().filter(
            work__in=list(works), live_from__lte=at, live_until__gt=since
        )
        for edition in begun.defer("fragments").order_by("live_from", "pk"):
            found.setdefault(edition.work_id, []).append(edition)
        return cls(found)

    def address_of(self, link: SharedPreview, revision: Revision) -> str:
        """Return the public address to which ``link`` redirects instead of showing ``revision``, or an empty string.

        A pinned revision counts as published if an edition with its document was live at any time since the link was
        made. The newest draft counts as published if nothing was saved since the last edition. A page that was
        withdrawn later redirects to its notice: a link never shows what readers can no longer see.
        """
        since = [each for each in self.editions.get(revision.work_id, []) if each.live_until > link.made_at]
        pages = [each for each in since if each.kind == EditionKind.PAGE]
        counted = pages if link.revision_id else pages[-1:]
        came_out = any(page.document_id == revision.document_id for page in counted)
        return since[-1].get_absolute_url() if came_out else ""


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link in a list at the desk; ``leads_to`` is the public page to which an open one redirects already."""

    link: SharedPreview
    state: LinkState
    leads_to: str
    may_revoke: bool

    @property
    def is_open(self) -> bool:
        """Return whether the link is open."""
        return self.state == LinkState.OPEN


def links_of(work: Work) -> QuerySet[SharedPreview]:
    """Return the links of ``work``, newest first, with the related rows that a list shows."""
    return work.shared_previews.select_related("work", "revision", "made_by", "revoked_by")


def list_links(
    links: Iterable[SharedPreview], *, newest: Revision | None, for_: User, at: datetime
) -> list[ListedLink]:
    """Return the links of one work as the desk lists them for ``for_``; ``newest`` is the newest revision.

    It takes one query, and those for the permissions of each maker, once each.
    """
    found = list(links)
    makers: dict[int, User] = {}
    for link in found:
        link.made_by = makers.setdefault(link.made_by_id, link.made_by)
    since = min((link.made_at for link in found), default=at)
    outings = PublishedSince.of({link.work for link in found}, since=since, at=at)
    rows = []
    for link in found:
        state, revision = state_of(link, at=at), link.revision or newest
        leads_to = outings.address_of(link, revision) if revision and state == LinkState.OPEN else ""
        is_over = state in {LinkState.REVOKED, LinkState.ENDED}
        rows.append(ListedLink(link, state, leads_to, not is_over and may_revoke(link, for_)))
    return rows
