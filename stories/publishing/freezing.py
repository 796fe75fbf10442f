"""Builds an edition from a revision: HTML, projections, the words that are searched."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from newsroom.accounts.models import Contributor, User
from newsroom.addresses.models import Address
from newsroom.clock import FOREVER
from newsroom.media.models import Image
from newsroom.text.folding import fold
from newsroom.text.plain import words_of
from stories.documents import AnyDocument, Explainer
from stories.models import (
    PROJECTIONS,
    Article,
    Change,
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
from stories.rendering import render_explainer, render_question_page
from topics.models import Topic

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
WORDS_A_MINUTE = 220


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new edition stands among those of its work: its number, its begin, and the edition before it."""

    number: int
    begin: datetime
    standing: Edition | None
    first: Edition | None


def place_for(work: Work, *, now: datetime) -> Place:
    """Return where an edition made at ``now`` goes; the work must be locked."""
    editions = Edition.objects.filter(work=work).defer("fragments", "search_text")
    newest = editions.order_by("-number").first()
    standing = editions.standing(now).first() or editions.filter(live_until=FOREVER).first()
    begin = max(now, standing.live_from + timedelta(microseconds=1)) if standing else now
    first = editions.filter(kind=EditionKind.PAGE).order_by("number").first()
    return Place(newest.number + 1 if newest else 1, begin, standing, first)


def end(edition: Edition, *, at: datetime) -> None:
    """Let an edition, and all that lists it, be seen until just before ``at``."""
    Edition.objects.filter(pk=edition.pk).update(live_until=at)
    for projection in PROJECTIONS:
        projection._default_manager.filter(Q(edition=edition)).update(live_until=at)


def direction_of(language: str) -> str:
    """Return ``rtl`` for languages written from right to left, ``ltr`` for the others."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def freeze(work: Work, revision: Revision, document: AnyDocument, place: Place, *, by: User, note: str) -> Edition:
    """Insert the edition of ``revision`` at its place, with its projections, and give its addresses away for ever."""
    fragments = render_explainer(document) if isinstance(document, Explainer) else render_question_page(document)
    outlets = outlets_named(document)
    lead = document.lead_picture if isinstance(document, Explainer) else None
    edition = Edition.objects.create(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        kind=EditionKind.PAGE,
        number=place.number,
        document=revision.document,
        revision=revision,
        slug=document.slug,
        language=document.language,
        direction=direction_of(document.language),
        title=document.headline if isinstance(document, Explainer) else document.question,
        summary=fragments.summary,
        fragments=fragments.model_dump(mode="json"),
        search_text=searched(document),
        live_from=place.begin,
        first_published_at=place.first.first_published_at if place.first else place.begin,
        updated_at=place.begin,
        change=change_of(place),
        note=note,
        outlet_count=len(outlets),
        minutes=max(1, -(-fragments.word_count // WORDS_A_MINUTE)),
        lead_image=Image.objects.get(uid=lead.image) if lead else None,
        lead_alt=lead.alt if lead else "",
        published_by=by,
    )
    project(edition, document, outlets)
    return edition


def change_of(place: Place) -> Change:
    """Return what the new edition is for readers: the first, an update, or a return after a notice."""
    if place.first is None:
        return Change.FIRST
    if place.standing and place.standing.kind == EditionKind.NOTICE:
        return Change.RETURN
    return Change.UPDATE


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

    topics = {topic.uid: topic for topic in Topic.objects.filter(uid__in=[t.topic for t in document.topics if t.topic])}
    named = [topics[t.topic] for t in document.topics if t.topic in topics]
    EditionTopic.objects.bulk_create(EditionTopic(topic=t, position=n, **span) for n, t in enumerate(named))
    for topic in named:
        Address.objects.claim("topic", topic.slug, topic.uid)

    cited = [c.outlet.uid for c in document.citations if c.outlet.uid]
    outlets = {outlet.uid: outlet for outlet in Outlet.objects.filter(uid__in=[*speaking, *cited])}
    ordered = [outlets[uid] for uid in dict.fromkeys([*speaking, *cited]) if uid in outlets]
    EditionOutlet.objects.bulk_create(EditionOutlet(outlet=o, position=n, **span) for n, o in enumerate(ordered))
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


def searched(document: AnyDocument) -> str:
    """Return the folded words under which a reader finds the page: its texts and the names it uses."""
    if isinstance(document, Explainer):
        parts = [document.headline, words_of(document.standfirst)]
        for section in document.sections:
            parts += [section.heading, words_of(section.text)]
        for passage in document.passages:
            parts += [words_of(passage.text), *(outlet.name for outlet in passage.outlets)]
        for asked in document.questions:
            parts += [asked.question, words_of(asked.teaser)]
    else:
        parts = [document.question, words_of(document.introduction)]
        parts += [text for a in document.answers for text in (a.question, words_of(a.text))]
    parts += [topic.name for topic in document.topics]
    return fold("\n".join(parts))
