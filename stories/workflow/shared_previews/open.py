"""Open a shared preview with its token: a draft, the questions that it asks, and the images that it shows."""

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
from stories.workflow.shared_previews.state import LinkState, PublishedEditions, get_link_state
from stories.workflow.shared_previews.verbs import digest_token, get_view_permission


@dataclass(frozen=True, slots=True)
class SharedWork:
    """A work that a link shows. ``revision`` is the number of the revision shown.

    ``public_address`` is the address of the published page to which the link redirects, or empty if there is none.
    """

    work: Work
    document: AnyDocument
    public_address: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """An open link, with the works that it shows at a given time."""

    link: SharedPreview
    main: SharedWork
    at: datetime

    @property
    def requires_passcode(self) -> bool:
        """Whether the link requires a passcode."""
        return bool(self.link.passcode_digest)

    def questions(self) -> Mapping[UUID, SharedWork]:
        """Return the questions that the draft asks, keyed by uid, except those in the trash.

        Return no questions if the user who created the link may not see questions at the desk. If the link has a pinned
        revision, the questions have the text that they had when the link was created.
        """
        document = self.main.document
        uids = [question.uid for question in document.questions] if isinstance(document, Explainer) else []
        if not uids or not self.link.made_by.has_perm(get_view_permission(WorkKind.QUESTION)):
            return {}
        works = list(Work.objects.outside_trash().of_kind(WorkKind.QUESTION).filter(uid__in=uids))
        shown_revisions = (
            _load_revisions_at(self.link.made_at, works)
            if self.link.revision_id
            else revisions.get_newest_revisions(works)
        )
        published = PublishedEditions.load(works, since=self.link.made_at, at=self.at)
        return {
            work.uid: SharedWork(
                work,
                shown_revisions[work.pk].document.value(),
                published.get_address(self.link, shown_revisions[work.pk]),
                shown_revisions[work.pk].number,
            )
            for work in works
            if work.pk in shown_revisions
        }

    def image(self, uid: UUID) -> Image | None:
        """Return the image with this uid if the draft or one of its questions shows it, otherwise None.

        Return None once the draft is published, because the link then redirects to the public page.
        """
        if self.main.public_address:
            return None
        image_uids = _list_image_uids(self.main.document)
        if uid not in image_uids:
            drafts = [each.document for each in self.questions().values() if not each.public_address]
            image_uids = {image for document in drafts for image in _list_image_uids(document)}
        return Image.objects.filter(uid=uid).first() if uid in image_uids else None


def open_link(token: str, *, at: datetime) -> OpenedLink | None:
    """Open the link with this token at ``at``; return None if it is revoked, expired, closed or unknown."""
    # The row is looked up by the digest of the token, so the response time does not reveal how close a guess was.
    digest = digest_token(token)
    links = SharedPreview.objects.select_related("work", "revision__document", "made_by")
    link = links.filter(token_digest=digest).first()
    if not constant_time_compare(link.token_digest if link else "", digest) or link is None:
        return None
    if get_link_state(link, at=at) != LinkState.OPEN:
        return None
    revision = link.revision or revisions.get_newest_revision(link.work)
    if revision is None:
        return None
    published = PublishedEditions.load([link.work], since=link.made_at, at=at)
    public_address = published.get_address(link, revision)
    return OpenedLink(link, SharedWork(link.work, revision.document.value(), public_address, revision.number), at)


def _load_revisions_at(moment: datetime, works: list[Work]) -> dict[int, Revision]:
    """Return the newest revision of each work at ``moment``, keyed by the primary key of the work."""
    earlier = Revision.objects.of_desk().filter(work=OuterRef("work"), created_at__lte=moment)
    newest = earlier.order_by("-number").values("number")[:1]
    rows = Revision.objects.filter(work__in=works, number=Subquery(newest)).select_related("document")
    return {revision.work_id: revision for revision in rows}


def _list_image_uids(document: AnyDocument) -> set[UUID]:
    uids = {picture.image for picture in document.pictures}
    if isinstance(document, Explainer) and document.lead_picture:
        uids.add(document.lead_picture.image)
    return uids
