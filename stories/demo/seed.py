"""Seed the demonstration step by step, through the same functions as everything else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings

from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.media import images
from newsroom.media.models import Image
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from newsroom.site.models import AboutPage
from stories import drafts, publishing
from stories.demo import desk_activity, documents, files
from stories.demo.accounts import CURATOR, EDITOR, WRITER
from stories.demo.documents import resolve_links, uid_of
from stories.demo.files import ImageData, QuestionData, StoryData
from stories.documents import AnyDocument
from stories.drafts import revisions
from stories.models import FAQ, Change, ChangeNote, Outlet, OutletAlias, RelatedStories, Story, Work, WorkKind
from stories.publishing.editions import related
from stories.workflow import trash
from topics.models import Topic, TopicAlias


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the seeding: its name, and the function that does it.

    ``make`` is one transaction. It returns False, and changes nothing, if its result exists.
    """

    name: str
    run: Callable[[], bool]


# The time between the last save of a text and its publication.
_READ_OVER = timedelta(minutes=12)


def build_steps(today: date) -> list[Step]:
    """Return all steps in order, with ``today`` as the day of seeding; the accounts must exist."""
    stories = sorted(files.load_stories(today).items(), key=lambda each: each[1].begun)
    return [
        *(Step(outlet.name, partial(_seed_outlet, key)) for key, outlet in files.load_outlets().items()),
        *(Step(f"picture {name}", partial(_seed_picture, name, today)) for name in files.list_pictures()),
        *(Step(topic.name, partial(_seed_topic, key, today)) for key, topic in files.load_topics().items()),
        *(
            Step(page.title, partial(_seed_about, position))
            for position, page in enumerate(files.load_about_pages())
            if page.language in ("", *settings.SITE_LANGUAGES[1:])
        ),
        *(Step(story.headline, partial(_seed_story, key, today)) for key, story in stories),
        *build_desk_steps(today),
    ]


def build_desk_steps(today: date) -> list[Step]:
    """Return the steps for the activity at the desk, which need all stories."""
    return [
        Step("the house dictionary", desk_activity.seed_house_words),
        Step("when pages are looked at again", partial(desk_activity.seed_review_dates, today)),
        Step("a review", partial(desk_activity.seed_review, today)),
        Step("a page that waits for its time", partial(desk_activity.seed_schedule, today)),
        Step("comments on drafts", partial(desk_activity.seed_comments, today)),
        Step("stories that lead on to each other", _relate),
    ]


@invalidation()
def _seed_outlet(key: str) -> bool:
    written = files.load_outlets()[key]
    if Outlet.objects.filter(uid=uid_of("outlet", key)).exists() or Outlet.objects.with_name(written.name).exists():
        return False
    uid = uid_of("outlet", key)
    outlet = Outlet.objects.create(
        uid=uid,
        name=written.name,
        slug=Address.objects.find_free_slug("source", written.name, uid=uid, taken=Outlet.objects.all()),
        kind=written.kind,
        country=written.country,
        language=written.language,
        home_page=f"https://{written.host}/",
        owner=written.owner,
        description=written.description,
    )
    for alias in written.aliases:
        if not Outlet.objects.with_name(alias).exists():
            OutletAlias.objects.create(outlet=outlet, name=alias)
    return True


@invalidation()
def _seed_picture(name: str, today: date) -> bool:
    if Image.objects.filter(uid=uid_of("drawing", name)).exists():
        return False
    used = _use_of(name, today)
    image = Image(
        uid=uid_of("drawing", name),
        title=name.replace("_", " ").capitalize(),
        alt=used.alt if used else "",
        credit=used.credit if used else "",
        focal_x=used.focus[0] if used else 50,
        focal_y=used.focus[1] if used else 50,
        created_by=_account(CURATOR.username),
    )
    images.save_new(image, images.prepare_image(files.open_picture(name), is_drawing=True))
    return True


@invalidation()
def _seed_topic(key: str, today: date) -> bool:
    written = files.load_topics()[key]
    uid = uid_of("topic", key)
    if Topic.objects.filter(uid=uid).exists() or Topic.objects.with_name(written.name).exists():
        return False
    used = _use_of(written.picture, today)
    topic = Topic.objects.create(
        uid=uid,
        name=written.name,
        slug=Address.objects.find_free_slug("topic", written.name, uid=uid, taken=Topic.objects.all()),
        kind=written.kind,
        description=resolve_links(written.description),
        picture=Image.objects.get(uid=uid_of("drawing", written.picture)) if written.picture else None,
        picture_alt=used.alt if used else "",
    )
    for alias in written.aliases:
        if not Topic.objects.with_name(alias).exists():
            TopicAlias.objects.create(topic=topic, name=alias)
    return True


@invalidation()
def _seed_about(position: int) -> bool:
    written = files.load_about_pages()[position]
    _, is_new = AboutPage.objects.get_or_create(
        slug=written.slug,
        defaults={
            "title": written.title,
            "role": written.role,
            "language": written.language,
            "text": written.text,
            "position": position,
        },
    )
    return is_new


@invalidation()
def _seed_story(key: str, today: date) -> bool:
    written = files.load_stories(today)[key]
    if Story.objects.filter(uid=uid_of("story", key)).exists():
        return False
    writer, document = _writer_of(written), documents.build_explainer(key, today=today)
    first = documents.build_edition(key, written.editions[0], today=today) if written.editions else document
    with clock.fixed_at(written.begun):
        for question in written.questions:
            _begin_question(question, written, by=writer)
        story = Story.objects.create(**_as_work(WorkKind.STORY, document, written.translates), owner=writer)
        _write(story, first, by=writer)
        if written.state == "binned":
            trash.move_to_trash(story, by=writer)
    for at, go_out in sorted(_goings(key, written, story, today), key=lambda going: going[0]):
        go_out(at, writer)
    if written.withdrawn:
        with clock.fixed_at(written.withdrawn):
            publishing.withdraw(story, by=_account(EDITOR.username), notice=written.notice)
    if written.editions:
        with clock.fixed_at(written.editions[-1].at + _READ_OVER):
            _write(story, document, by=writer)
    return True


def _goings(
    key: str, written: StoryData, story: Story, today: date
) -> Iterator[tuple[datetime, Callable[[datetime, User], None]]]:
    """Yield the time of each edition of the story and its questions, with the function that publishes it."""
    for edition in written.editions:
        change = ChangeNote(Change(edition.change), edition.note, edition.was_wrong, edition.is_right)
        document: AnyDocument = documents.build_edition(key, edition, today=today)
        yield edition.at, partial(_go_out, story, document, change)
    for question in written.questions:
        faq = FAQ.objects.get(uid=uid_of("question", question.key))
        for each in question.editions:
            page = documents.build_question_page(question, written, each)
            yield each.at, partial(_go_out, faq, page, ChangeNote(Change.UPDATE, each.note))


def _go_out(work: Work, document: AnyDocument, change: ChangeNote, at: datetime, writer: User) -> None:
    with clock.fixed_at(at - _READ_OVER):
        _write(work, document, by=writer)
    with clock.fixed_at(at):
        publishing.publish(work, by=_account(EDITOR.username), change=change)


def _begin_question(written: QuestionData, story: StoryData, *, by: User) -> None:
    page = documents.build_question_page(written, story, written.editions[0])
    if not FAQ.objects.filter(uid=page.uid).exists():
        question = FAQ.objects.create(**_as_work(WorkKind.QUESTION, page, written.translates), owner=by)
        _write(question, page, by=by)


@invalidation()
def _relate() -> bool:
    """Choose the related stories of all stories again; return whether any changed."""
    # Each story was published when fewer of the others existed.
    before = dict(RelatedStories.objects.values_list("uid", "others"))
    for _ in related.choose_all_related(clock.now()):
        pass
    return dict(RelatedStories.objects.values_list("uid", "others")) != before


def _as_work(kind: WorkKind, document: AnyDocument, original: str) -> dict[str, object]:
    taken = Work.objects.filter(kind=kind)
    return {
        "uid": document.uid,
        "kind": kind,
        "slug": Address.objects.find_free_slug(kind, document.slug, uid=document.uid, taken=taken),
        "language": document.language,
        "translation_group": uid_of(kind, original) if original else None,
    }


def _write(work: Work, document: AnyDocument, *, by: User) -> None:
    """Write the document into the draft and record a revision, as a save in the admin does."""
    drafts.restore(work, document)
    work.refresh_from_db()
    revisions.record_revision(work, by=by, reason="Demonstration")


def _use_of(drawing: str, today: date) -> ImageData | None:
    """Return the first use of a picture in a story, for its alternative text, credit and focal point, or None."""
    pictures = (picture for story in files.load_stories(today).values() for picture in (story.picture, *story.pictures))
    return next((picture for picture in pictures if picture and picture.drawing == drawing), None)


def _writer_of(written: StoryData) -> User:
    """Return the first in the byline who is our writer or editor, or else the writer."""
    accounts = {person.name: person for person in (WRITER, EDITOR)}
    names = [files.load_contributors()[key] for key in written.byline]
    return _account(next((accounts[name] for name in names if name in accounts), WRITER).username)


def _account(username: str) -> User:
    return User.objects.get(username=username)
