"""What a token opens: one draft, the questions it asks and the pictures it shows, and nothing else."""

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
from stories.workflow.shared_previews.state import LinkState, Outings, state_of
from stories.workflow.shared_previews.verbs import digest_of, view_right


@dataclass(frozen=True, slots=True)
class Piece:
    """One work as a link shows it: its draft, or where ``leads_to`` is not empty the public page it has become.

    ``revision`` is the number of what is shown.
    """

    work: Work
    document: AnyDocument
    leads_to: str
    revision: int


@dataclass(frozen=True, slots=True)
class Opened:
    """What an open link shows at one moment."""

    link: SharedPreview
    main: Piece
    at: datetime

    @property
    def asks_passcode(self) -> bool:
        """Say whether whoever has the link must know a passcode too."""
        return bool(self.link.passcode_digest)

    def questions(self) -> Mapping[UUID, Piece]:
        """Return the questions that the draft asks, by their uid, without those in the bin. Three queries, or none.

        Beside a pinned revision they are what they were when the link was made: what is written later is not shown.
        """
        document = self.main.document
        asked = [question.uid for question in document.questions] if isinstance(document, Explainer) else []
        if not asked or not self.link.made_by.has_perm(view_right(WorkKind.QUESTION)):
            return {}
        works = list(Work.objects.on_the_desk().of_kind(WorkKind.QUESTION).filter(uid__in=asked))
        shown = _saved_until(self.link.made_at, works) if self.link.revision_id else revisions.newest_revisions(works)
        outings = Outings.of(works, since=self.link.made_at, at=self.at)
        return {
            work.uid: Piece(
                work,
                shown[work.pk].document.value(),
                outings.address_of(self.link, shown[work.pk]),
                shown[work.pk].number,
            )
            for work in works
            if work.pk in shown
        }

    def picture(self, uid: UUID) -> Image | None:
        """Return the picture of this uid where the draft, or a question it asks, shows it; None otherwise.

        None once the draft has come out: its public page shows what may be seen, and what was withdrawn is gone.
        """
        if self.main.leads_to:
            return None
        named = _pictures_of(self.main.document)
        if uid not in named:
            drafts = [piece.document for piece in self.questions().values() if not piece.leads_to]
            named = {picture for document in drafts for picture in _pictures_of(document)}
        return Image.objects.filter(uid=uid).first() if uid in named else None


def opened(token: str, *, at: datetime) -> Opened | None:
    """Return what ``token`` opens at ``at``; None for one that was revoked, has ended, is closed, or never was.

    The row is found by the token's digest, so nothing that is compared tells how near a guess came.
    """
    digest = digest_of(token)
    links = SharedPreview.objects.select_related("work", "revision__document", "made_by")
    link = links.filter(token_digest=digest).first()
    if not constant_time_compare(link.token_digest if link else "", digest) or link is None:
        return None
    if state_of(link, at=at) != LinkState.OPEN:
        return None
    revision = link.revision or revisions.newest_revision(link.work)
    if revision is None:
        return None
    leads_to = Outings.of([link.work], since=link.made_at, at=at).address_of(link, revision)
    return Opened(link, Piece(link.work, revision.document.value(), leads_to, revision.number), at)


def _saved_until(moment: datetime, works: list[Work]) -> dict[int, Revision]:
    """Return, by the key of the work, what the desk said last at ``moment``."""
    earlier = Revision.objects.of_the_desk().filter(work=OuterRef("work"), created_at__lte=moment)
    newest = earlier.order_by("-number").values("number")[:1]
    found = Revision.objects.filter(work__in=works, number=Subquery(newest)).select_related("document")
    return {revision.work_id: revision for revision in found}


def _pictures_of(document: AnyDocument) -> set[UUID]:
    named = {picture.image for picture in document.pictures}
    if isinstance(document, Explainer) and document.lead_picture:
        named.add(document.lead_picture.image)
    return named
