"""What the token of a shared preview opens: one draft, the questions that it asks, and the images that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.crypto import constant_time_compare

from newsroom.media.models import Image
from stories.documents import AnyDocument, Explainer
from stories.drafts import revisions
from stories.models import Revision, SharedPreview, Work, WorkKind
from stories.workflow.shared_previews.state import LinkState, PublishedSince, state_of
from stories.workflow.shared_previews.verbs import digest_of, view_right


@dataclass(frozen=True, slots=True)
class SharedWork:
    """One work as a link shows it: its draft, or the public page ``leads_to`` that it has become.

    ``revision`` is the number of the revision shown.
    """

    work: Work
    document: AnyDocument
    public_address: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What an open link shows at one time."""

    link: SharedPreview
    main: SharedWork
    at: datetime

    @property
    def asks_passcode(self) -> bool:
        """Return whether the link requires a passcode."""
        return bool(self.link.passcode_digest)

    def questions(self) -> Mapping[UUID, SharedWork]:
        """Return the questions that the draft asks, by uid, without those in the trash. Three queries, or none.

        With a pinned revision they are as they were when the link was made: later text is not shown.
        """
        document = self.main.document
        asked = [question.uid for question in document.questions] if isinstance(document, Explainer) else []
        if not asked or not self.link.made_by.has_perm(view_right(WorkKind.QUESTION)):
            return {}
        works = list(Work.objects.outside_trash().of_kind(WorkKind.QUESTION).filter(uid__in=asked))
        shown = (
            _saved_until(self.link.made_at, works) if self.link.revision_id else revisions.get_newest_revisions(works)
        )
        outings = PublishedSince.of(works, since=self.link.made_at, at=self.at)
        return {
            work.uid: SharedWork(
                work,
                shown[work.pk].document.value(),
                outings.address_of(self.link, shown[work.pk]),
                shown[work.pk].number,
            )
            for work in works
            if work.pk in shown
        }

    def image(self, uid: UUID) -> Image | None:
        """Return the image with this uid if the draft or one of its questions shows it, else None.

        Return None once the draft is published: its public page decides which images may be seen.
        """
        if self.main.public_address:
            return None
        named = _pictures_of(self.main.document)
        if uid not in named:
            drafts = [piece.document for piece in self.questions().values() if not piece.public_address]
            named = {picture for document in drafts for picture in _pictures_of(document)}
        return Image.objects.filter(uid=uid).first() if uid in named else None


def open_link(token: str, *, at: datetime) -> OpenedLink | None:
    """Return what ``token`` opens at ``at``; None if the link is revoked, expired, closed or unknown."""
    # The row is found by the digest of the token, so no comparison reveals how close a guess was.
    digest = digest_of(token)
    links = SharedPreview.objects.select_related("work", "revision__document", "made_by")
    link = links.filter(token_digest=digest).first()
    if not constant_time_compare(link.token_digest if link else "", digest) or link is None:
        return None
    if state_of(link, at=at) != LinkState.OPEN:
        return None
    revision = link.revision or revisions.get_newest_revision(link.work)
    if revision is None:
        return None
    leads_to = PublishedSince.of([link.work], since=link.made_at, at=at).address_of(link, revision)
    return OpenedLink(link, SharedWork(link.work, revision.document.value(), leads_to, revision.number), at)


def _saved_until(moment: datetime, works: list[Work]) -> dict[int, Revision]:
    """Return the last revision of each work saved by ``moment``, by the key of the work."""
    earlier = Revision.objects.of_desk().filter(work=OuterRef("work"), created_at__lte=moment)
    newest = earlier.order_by("-number").values("number")[:1]
    found = Revision.objects.filter(work__in=works, number=Subquery(newest)).select_related("document")
    return {revision.work_id: revision for revision in found}


def _pictures_of(document: AnyDocument) -> set[UUID]:
    named = {picture.image for picture in document.pictures}
    if isinstance(document, Explainer) and document.lead_picture:
        named.add(document.lead_picture.image)
    return named
