"""Factories: plain functions with keyword-only arguments, so that a test states only what matters to it."""

import itertools
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from PIL import Image as Pillow

from newsroom.accounts.models import Contributor, User
from newsroom.background.models import Failure, Job
from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.media.renditions.specs import smallest_spec
from newsroom.media.tasks import prepare_renditions
from newsroom.site.models import Report
from newsroom.site.reader_reports.submit import ReportSubject, create_report
from stories import checks, publishing
from stories.documents import STARTING_KINDS
from stories.drafts import citations, revisions
from stories.models import (
    FAQ,
    Answer,
    Article,
    Byline,
    Change,
    ChangeNote,
    CheckLevel,
    Edition,
    Outlet,
    OutletAlias,
    Section,
    SourceSummary,
    Story,
    StoryQuestion,
    WorkKind,
    WorkTopic,
)
from topics.models import Topic, TopicAlias

_numbers = itertools.count(1)
PASSWORD = "a-long-enough-password"  # noqa: S105 -- for accounts that exist only during a test

TEXTS = {
    "happened": "The harbour office closed the north pier on Monday after a crack was found in its third pillar.",
    "behind": "The pier was built for fishing boats and has carried lorries since the new quay was given up.",
    "background": "A survey four years ago asked for a limit of ten tonnes, which was never put on a sign.",
}


def make_user(*, role: str = "Editor", username: str = "", **fields: Any) -> User:
    """Make an account with one role; if ``role`` is empty, it has no role and no access to the desk."""
    number = next(_numbers)
    user = User.objects.create_user(
        username=username or f"person{number}",
        email=fields.pop("email", f"person{number}@lisle.example"),
        password=PASSWORD,
        is_staff=bool(role),
        **fields,
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_topic(*, name: str = "", aliases: tuple[str, ...] = (), **fields: Any) -> Topic:
    number = next(_numbers)
    name = name or f"Topic {number}"
    topic = Topic.objects.create(name=name, slug=fields.pop("slug", f"topic-{number}"), **fields)
    for alias in aliases:
        TopicAlias.objects.create(topic=topic, name=alias)
    return topic


def make_author(*, name: str = "", topics: tuple[Topic, ...] = (), **fields: Any) -> Contributor:
    """Make a byline with a public page, which readers can open once a story with this byline is live."""
    number = next(_numbers)
    author = Contributor.objects.create(
        name=name or f"Author {number}", slug=fields.pop("slug", f"author-{number}"), has_page=True, **fields
    )
    author.topics.set(topics)
    return author


def make_outlet(*, name: str = "", aliases: tuple[str, ...] = (), **fields: Any) -> Outlet:
    number = next(_numbers)
    name = name or f"The Paper {number}"
    outlet = Outlet.objects.create(name=name, slug=fields.pop("slug", f"paper-{number}"), **fields)
    for alias in aliases:
        OutletAlias.objects.create(outlet=outlet, name=alias)
    return outlet


def make_article(*, outlet: Outlet | None = None, **fields: Any) -> Article:
    number = next(_numbers)
    return Article.objects.create(
        **{
            "outlet": outlet or make_outlet(),
            "url": f"https://paper.example/{number}",
            "title": f"What the survey of pier {number} said",
            "published_on": date(2026, 11, 9),
            **fields,
        }
    )


def make_image(**fields: Any) -> Image:
    """Make an image with a tiny PNG file."""
    buffer = BytesIO()
    Pillow.new("RGB", (64, 48), (40, 60, 120)).save(buffer, "PNG")
    number = next(_numbers)
    image = Image(
        **{
            "title": f"Picture {number}",
            "width": 64,
            "height": 48,
            "digest": f"{number:064d}",
            "credit": "Newsroom",
            **fields,
        }
    )
    image.file.save("picture.png", ContentFile(buffer.getvalue(), name="picture.png"), save=True)
    return image


def file_of(image: Image) -> str:
    """Return the last parts of the address of an image's smallest rendition: the image's uid and a secret file name."""
    return f"{image.uid}/{smallest_spec(image)}"


HEADLINE = "Why the north pier of Port Lisle is closed to lorries"


def make_story(
    *,
    headline: str | None = None,
    outlets: tuple[Outlet, ...] | None = None,
    topics: tuple[Topic, ...] | None = None,
    questions: tuple[FAQ, ...] = (),
    byline: tuple[str, ...] = (),
    articles: tuple[Article, ...] = (),
    owner: User | None = None,
    texts: dict[str, str] | None = None,
    **fields: Any,
) -> Story:
    """Make a draft that may be published, with a passage for each outlet and a citation for each article.

    By default, it has two outlets, one topic and a headline that no other story has. If only one outlet is given,
    another is added.
    """
    number = next(_numbers)
    if outlets is None or len(outlets) == 1:
        outlets = (*(outlets or (make_outlet(),)), make_outlet())
    if topics is None:
        topics = (make_topic(),)
    if headline is None:
        is_taken = Story.objects.filter(headline=HEADLINE).exists()
        headline = f"Why pier {number} of Port Lisle is closed to lorries" if is_taken else HEADLINE
    story = Story.objects.create(
        kind=WorkKind.STORY,
        slug=fields.pop("slug", f"north-pier-{number}"),
        headline=headline,
        headline_confirmed=fields.pop("headline_confirmed", True),
        owner=owner,
        **fields,
    )
    for position, kind in enumerate(STARTING_KINDS):
        text = "" if kind.code == "papers" else {**TEXTS, **(texts or {})}[kind.code]
        Section.objects.create(story=story, kind=kind.code, heading=kind.heading, text=text, position=position)
    for position, outlet in enumerate(outlets):
        passage = SourceSummary.objects.create(
            story=story, text=f"{outlet.name} reports that lorry {position} was weighed twice.", position=position
        )
        passage.outlets.add(outlet)
    for position, topic in enumerate(topics):
        WorkTopic.objects.create(work=story, topic=topic, position=position)
    for position, faq in enumerate(questions):
        StoryQuestion.objects.create(story=story, faq=faq, position=position)
    for position, name in enumerate(byline):
        contributor, _ = Contributor.objects.get_or_create(name=name)
        Byline.objects.create(story=story, contributor=contributor, position=position)
    for article in articles:
        citations.cite_article(story, article)
    revisions.record_revision(story, by=owner)
    return story


def make_question(
    *,
    question: str = "",
    answers: int = 2,
    topics: tuple[Topic, ...] = (),
    uid: UUID | None = None,
    owner: User | None = None,
    **fields: Any,
) -> FAQ:
    """Make a question with answers and one revision."""
    number = next(_numbers)
    faq = FAQ.objects.create(
        uid=uid or uuid4(),
        kind=WorkKind.QUESTION,
        slug=fields.pop("slug", f"question-{number}"),
        question=question or f"May lorries use pier {number} again?",
        question_confirmed=fields.pop("question_confirmed", True),
        introduction=fields.pop("introduction", f"The limits of pier {number}, and who decides on them."),
        owner=owner,
        **fields,
    )
    for position in range(answers):
        Answer.objects.create(
            faq=faq,
            question=f"Who signs permit {position} for pier {number}?",
            text=f"The harbour office signs permit {position} after the pillar was measured.",
            as_of=date(2026, 11, 9),
            position=position,
        )
    for position, topic in enumerate(topics):
        WorkTopic.objects.create(work=faq, topic=topic, position=position)
    revisions.record_revision(faq, by=owner)
    return faq


def reduce_checks_to_hints(*codes: str) -> None:
    """Reduce the checks with these codes to hints, as an administrator can; without codes, all whose level can be set."""
    for code in codes or [each.code for each in checks.list_checks() if each.is_overridable]:
        CheckLevel.objects.update_or_create(code=code, defaults={"level": checks.Level.HINT})


def make_update(note: str = "The weights were measured again.") -> ChangeNote:
    """Return a change note for an ordinary update."""
    return ChangeNote(Change.UPDATE, note)


def make_published_story(*, by: User | None = None, **fields: Any) -> Story:
    """Make a story that is live."""
    story = make_story(**fields)
    publishing.publish(story, by=by or make_user())
    return story


def make_published_question(*, by: User | None = None, **fields: Any) -> FAQ:
    """Make a question that is live."""
    faq = make_question(**fields)
    publishing.publish(faq, by=by or make_user())
    return faq


def edition_of(work: Story | FAQ) -> Edition:
    """Return the newest edition of a work."""
    return Edition.objects.filter(work=work).latest("number")


def make_report(work: Story | FAQ | None = None, **fields: Any) -> Report:
    """Make a reader report on the newest edition of a work, or, without a work, on the list of topics."""
    edition = edition_of(work) if work else None
    subject = (
        ReportSubject(edition.work_kind, edition.uid, edition.title, edition.get_absolute_url(), edition.number)
        if edition
        else ReportSubject.from_page("Topics", "/topics/")
    )
    text_fields = {"sentence": "", "problem": "The year is wrong.", "source": "", "email": ""}
    at = fields.pop("at", None) or clock.now()
    return create_report(text_fields | fields, subject, at=at)


def make_failure(*, error: Exception | None = None) -> Failure:
    """Make a job that has failed once and will be retried; return its failure."""
    job = Job.objects.get(pk=prepare_renditions.enqueue(str(uuid4())).id)
    job.claim("a worker")
    job.set_failed(error or OSError("No space left on device"))
    return Failure.objects.get(task_id=job.pk)
