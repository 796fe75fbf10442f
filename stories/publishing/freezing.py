"""Builds an edition from a revision: HTML, projections, the words by which readers find it."""

from collections.abc import Sequence
from uuid import UUID

from newsroom.accounts.models import Contributor, User
from newsroom.addresses.models import Address
from newsroom.languages import primary
from newsroom.media.models import Image
from newsroom.search import indexing
from stories.documents import AnyDocument, Explainer
from stories.models import (
    Article,
    Bundle,
    Change,
    ChangeNote,
    Edition,
    EditionArticle,
    EditionContributor,
    EditionImage,
    EditionKind,
    EditionOutlet,
    EditionQuestion,
    EditionTopic,
    Outlet,
    Revision,
    Work,
)
from stories.publishing.finding import let_be_found
from stories.publishing.invalidating import touch_pages_of
from stories.publishing.timeline import Place
from stories.rendering import keep
from stories.tasks import announce
from topics.models import Topic

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})


def direction_of(language: str) -> str:
    """Return ``rtl`` for languages written from right to left, ``ltr`` for the others."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def freeze(
    work: Work,
    revision: Revision,
    document: AnyDocument,
    place: Place,
    change: ChangeNote,
    *,
    by: User,
    is_scheduled: bool = False,
    known_findings: Sequence[str] = (),
    bundle: Bundle | None = None,
) -> Edition:
    """Insert the edition of ``revision`` at its place, with its projections, and give its addresses away for ever.

    The place must be free: see ``timeline.make_room``. A minor change does not move what readers call *Updated*.
    ``known_findings`` are the marks of what was found on a scheduled one, to tell later what has come up since.
    """
    outlets = outlets_named(document)
    lead = document.lead_picture if isinstance(document, Explainer) else None
    before = place.page_before
    is_minor = change.change == Change.MINOR
    edition = Edition.objects.create(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        kind=EditionKind.PAGE,
        number=place.number,
        major=(before.major + (not is_minor)) if before else 1,
        minor=before.minor + 1 if before and is_minor else 0,
        document=revision.document,
        revision=revision,
        slug=document.slug,
        language=document.language,
        direction=direction_of(document.language),
        translation_group=work.translation_group,
        title=document.headline if isinstance(document, Explainer) else document.question,
        **keep(document).columns(),
        live_from=place.begin,
        live_until=place.until,
        is_scheduled=is_scheduled,
        known_findings=list(known_findings),
        bundle=bundle,
        first_published_at=place.first.first_published_at if place.first else place.begin,
        updated_at=before.updated_at if before and is_minor else place.begin,
        change=change.change,
        note=change.note.strip(),
        was_wrong=change.was_wrong.strip(),
        is_right=change.is_right.strip(),
        outlet_count=len(outlets),
        lead_image=Image.objects.get(uid=lead.image) if lead else None,
        lead_alt=lead.alt if lead else "",
        published_by=by,
    )
    project(edition, document, outlets)
    let_be_found(edition, document)
    if not is_scheduled:
        indexing.tidy(work.kind, work.uid, at=place.begin)
    touch_pages_of([edition])
    announce(edition)
    return edition


def freeze_notice(
    work: Work, page: Edition, place: Place, notice: str, *, by: User, change: Change, is_scheduled: bool = False
) -> Edition:
    """Insert the notice that stands in the place of ``page``; the place must be free."""
    if not is_scheduled:
        indexing.tidy(work.kind, work.uid, at=place.begin)
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
        published_by=by,
    )
    touch_pages_of([edition])
    announce(edition)
    return edition


def said_of(edition: Edition) -> ChangeNote:
    """Return what readers are told of the change that an edition made."""
    return ChangeNote(Change(edition.change), edition.note, edition.was_wrong, edition.is_right)


def change_at(place: Place, wanted: ChangeNote | None) -> ChangeNote | None:
    """Return what a new edition is for readers: the first, a return after a notice, or else what the editor says.

    A correction stays one when the page comes back with it. None where the editor has to say it and did not.
    """
    if place.page_before is None:
        return ChangeNote(Change.FIRST, wanted.note if wanted else "")
    if place.follows_notice and (wanted is None or wanted.change != Change.CORRECTION):
        return ChangeNote(Change.RETURN, wanted.note if wanted else "")
    if wanted and wanted.change in {Change.FIRST, Change.RETURN, Change.WITHDRAWAL, Change.EXPIRY}:
        return ChangeNote(Change.UPDATE, wanted.note)
    return wanted


def outlets_named(document: AnyDocument) -> list[UUID]:
    """Return the uids of the outlets that speak in the passages, each once, in order; of cited ones in a question."""
    if isinstance(document, Explainer):
        named = [outlet.uid for passage in document.passages for outlet in passage.outlets]
    else:
        named = [cited.outlet.uid for cited in document.citations]
    return [uid for uid in dict.fromkeys(named) if uid]


def project(edition: Edition, document: AnyDocument, speaking: list[UUID]) -> None:
    """Write the rows by which topics, outlets, questions, pictures, articles and people find the edition."""
    span = {"edition": edition, "live_from": edition.live_from, "live_until": edition.live_until}
    place = {
        "work_kind": edition.work_kind,
        "language": primary(edition.language),
        "updated_at": edition.updated_at,
        "uid": edition.uid,
    }

    topics = {topic.uid: topic for topic in Topic.objects.filter(uid__in=[t.topic for t in document.topics if t.topic])}
    named = [topics[t.topic] for t in document.topics if t.topic in topics]
    EditionTopic.objects.bulk_create(EditionTopic(topic=t, position=n, **span, **place) for n, t in enumerate(named))
    for topic in named:
        Address.objects.claim("topic", topic.slug, topic.uid)

    cited = [c.outlet.uid for c in document.citations if c.outlet.uid]
    outlets = {outlet.uid: outlet for outlet in Outlet.objects.filter(uid__in=[*speaking, *cited])}
    ordered = [outlets[uid] for uid in dict.fromkeys([*speaking, *cited]) if uid in outlets]
    EditionOutlet.objects.bulk_create(
        EditionOutlet(outlet=o, position=n, **span, **place) for n, o in enumerate(ordered)
    )
    for outlet in ordered:
        Address.objects.claim("source", outlet.slug, outlet.uid)

    articles = Article.objects.filter(uid__in=[c.article for c in document.citations])
    EditionArticle.objects.bulk_create(EditionArticle(article=a, position=n, **span) for n, a in enumerate(articles))

    placed = [picture.image for picture in document.pictures]
    if isinstance(document, Explainer):
        EditionQuestion.objects.bulk_create(
            EditionQuestion(question_uid=asked.uid, position=n, **span) for n, asked in enumerate(document.questions)
        )
        people = Contributor.objects.filter(uid__in=[name.uid for name in document.byline])
        EditionContributor.objects.bulk_create(
            EditionContributor(contributor=c, position=n, **span) for n, c in enumerate(people)
        )
        if document.lead_picture:
            placed.append(document.lead_picture.image)
    images = Image.objects.filter(uid__in=placed)
    EditionImage.objects.bulk_create(EditionImage(image=i, position=n, **span) for n, i in enumerate(images))
