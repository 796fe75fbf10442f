"""How a link stands at one moment: open, or why it opens nothing. Nothing is flipped by a job."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import QuerySet, TextChoices

from newsroom.accounts.models import User
from stories.models import Edition, EditionKind, Revision, SharedPreview, Work
from stories.workflow.shared_previews.verbs import RIGHT, may_revoke, view_right


class LinkState(TextChoices):
    """What a link is to whoever has it; only an open one opens anything."""

    OPEN = "open", "Open"
    REVOKED = "revoked", "Revoked"
    ENDED = "ended", "Ended"
    BINNED = "binned", "Closed: in the bin"
    WITHOUT_MAKER = "without_maker", "Closed: who made it may no longer share it"


def state_of(link: SharedPreview, *, at: datetime) -> LinkState:
    """Return how ``link``, with its work and maker at hand, stands at ``at``."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.ends_at <= at:
        return LinkState.ENDED
    if link.work.binned_at is not None:
        return LinkState.BINNED
    # ``has_perm`` refuses an account that was deactivated.
    if not (link.made_by.has_perm(RIGHT) and link.made_by.has_perm(view_right(link.work.kind))):
        return LinkState.WITHOUT_MAKER
    return LinkState.OPEN


@dataclass(frozen=True, slots=True)
class Outings:
    """The editions of some works that had begun at one moment, by the key of the work, in the order of their times."""

    editions: Mapping[int, list[Edition]]

    @classmethod
    def of(cls, works: Iterable[Work], *, since: datetime, at: datetime) -> Self:
        """Read the editions that could be read at any time between ``since`` and ``at``. One query."""
        found: dict[int, list[Edition]] = {}
        begun = Edition.objects.spanning().filter(work__in=list(works), live_from__lte=at, live_until__gt=since)
        for edition in begun.defer("fragments").order_by("live_from", "pk"):
            found.setdefault(edition.work_id, []).append(edition)
        return cls(found)

    def address_of(self, link: SharedPreview, revision: Revision) -> str:
        """Return the public address to which ``link`` leads instead of showing ``revision``; empty while it shows it.

        A pinned text came out when an edition with it could be read at any time since the link was made; the newest
        draft when nothing was saved since the last edition. What was withdrawn afterwards leads to its notice: no link
        brings back what readers lost.
        """
        since = [each for each in self.editions.get(revision.work_id, []) if each.live_until > link.made_at]
        pages = [each for each in since if each.kind == EditionKind.PAGE]
        counted = pages if link.revision_id else pages[-1:]
        came_out = any(page.document_id == revision.document_id for page in counted)
        return since[-1].get_absolute_url() if came_out else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A link as the desk lists it; ``leads_to`` is the public page to which an open one leads already."""

    link: SharedPreview
    state: LinkState
    leads_to: str
    may_revoke: bool

    @property
    def is_open(self) -> bool:
        """Say whether the link opens anything."""
        return self.state == LinkState.OPEN


def links_of(work: Work) -> QuerySet[SharedPreview]:
    """Return the links of ``work``, newest first, with what a list says of them."""
    return work.shared_previews.select_related("work", "revision", "made_by", "revoked_by")


def listed(links: Iterable[SharedPreview], *, newest: Revision | None, for_: User, at: datetime) -> list[Listed]:
    """Return the links of one work as the desk lists them for ``for_``; ``newest`` is what was saved last.

    One query, and those that ask the rights of each maker once.
    """
    found = list(links)
    makers: dict[int, User] = {}
    for link in found:
        link.made_by = makers.setdefault(link.made_by_id, link.made_by)
    since = min((link.made_at for link in found), default=at)
    outings = Outings.of({link.work for link in found}, since=since, at=at)
    rows = []
    for link in found:
        state, revision = state_of(link, at=at), link.revision or newest
        leads_to = outings.address_of(link, revision) if revision and state == LinkState.OPEN else ""
        is_over = state in {LinkState.REVOKED, LinkState.ENDED}
        rows.append(Listed(link, state, leads_to, not is_over and may_revoke(link, for_)))
    return rows
