"""The state of a link at a given time: open, or the reason why it is not. The state is computed, not stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import QuerySet, TextChoices

from newsroom.accounts.models import User
from stories.models import Edition, EditionKind, Revision, SharedPreview, Work
from stories.workflow.shared_previews.verbs import SHARE_PERMISSION, get_view_permission, may_revoke


class LinkState(TextChoices):
    """The state of a link. Only an open link shows its work."""

    OPEN = "open", "Open"
    REVOKED = "revoked", "Revoked"
    ENDED = "ended", "Expired"
    BINNED = "binned", "Closed: in the bin"
    WITHOUT_MAKER = "without_maker", "Closed: the person who made it can no longer share it"


def get_link_state(link: SharedPreview, *, at: datetime) -> LinkState:
    """Return the state of ``link`` at ``at``.

    To save queries, load ``work`` and ``made_by`` with the link.
    """
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.ends_at <= at:
        return LinkState.ENDED
    if link.work.binned_at is not None:
        return LinkState.BINNED
    # ``has_perm`` returns False for a deactivated account.
    if not (link.made_by.has_perm(SHARE_PERMISSION) and link.made_by.has_perm(get_view_permission(link.work.kind))):
        return LinkState.WITHOUT_MAKER
    return LinkState.OPEN


@dataclass(frozen=True, slots=True)
class PublishedEditions:
    """The editions and notices in force during a period, in chronological order, keyed by primary key of the work."""

    editions: Mapping[int, list[Edition]]

    @classmethod
    def load(cls, works: Iterable[Work], *, since: datetime, at: datetime) -> Self:
        """Load the editions that were in force at any time between ``since`` and ``at``. This takes one query."""
        editions: dict[int, list[Edition]] = {}
        editions_in_period = Edition.objects.without_cancelled().filter(
            work__in=list(works), live_from__lte=at, live_until__gt=since
        )
        for edition in editions_in_period.defer("fragments").order_by("live_from", "pk"):
            editions.setdefault(edition.work_id, []).append(edition)
        return cls(editions)

    def get_address(self, link: SharedPreview, revision: Revision) -> str:
        """Return the public address to which ``link`` redirects if ``revision`` is published, or an empty string.

        A pinned revision counts as published if an edition with its document has been live at any time since the link
        was created. The newest draft counts as published if it has not changed since the last edition. If the page was
        withdrawn later, the address leads to the notice, because a link never shows a page that readers can no longer
        see.
        """
        editions = [each for each in self.editions.get(revision.work_id, []) if each.live_until > link.made_at]
        pages = [each for each in editions if each.kind == EditionKind.PAGE]
        candidates = pages if link.revision_id else pages[-1:]
        is_published = any(page.document_id == revision.document_id for page in candidates)
        return editions[-1].get_absolute_url() if is_published else ""


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link in a list at the desk; ``leads_to`` is the public page to which an open link already redirects."""

    link: SharedPreview
    state: LinkState
    leads_to: str
    may_revoke: bool

    @property
    def is_open(self) -> bool:
        """Whether the link is open."""
        return self.state == LinkState.OPEN


def get_links(work: Work) -> QuerySet[SharedPreview]:
    """Return the links of ``work``, newest first, with the related rows that lists show."""
    return work.shared_previews.select_related("work", "revision", "made_by", "revoked_by")


def list_links(
    links: Iterable[SharedPreview], *, newest: Revision | None, for_: User, at: datetime
) -> list[ListedLink]:
    """Return the links of a work for a list at the desk; ``newest`` is the newest revision, and ``for_`` the user.

    Apart from loading ``links``, this takes one query, plus the queries for the permissions of ``for_`` and of each
    user who created a link.
    """
    all_links = list(links)
    creators: dict[int, User] = {}
    for link in all_links:
        # One object for each creator, because a user object caches its permissions.
        link.made_by = creators.setdefault(link.made_by_id, link.made_by)
    since = min((link.made_at for link in all_links), default=at)
    published = PublishedEditions.load({link.work for link in all_links}, since=since, at=at)
    listed_links = []
    for link in all_links:
        state, revision = get_link_state(link, at=at), link.revision or newest
        leads_to = published.get_address(link, revision) if revision and state == LinkState.OPEN else ""
        has_ended = state in {LinkState.REVOKED, LinkState.ENDED}
        listed_links.append(ListedLink(link, state, leads_to, not has_ended and may_revoke(link, for_)))
    return listed_links
