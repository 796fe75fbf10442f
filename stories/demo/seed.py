"""Seed the demonstration step by step, with the same functions as the product itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings

from newsroom.accounts.models import Contributor, User
from newsroom.http import clock
from newsroom.http.languages import primary_subtag
from newsroom.media import images
from newsroom.media.models import Image
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from newsroom.site.models import AboutPage, DemonstrationWork
from stories import drafts, publishing
from stories.demo import desk_activity, documents, files
from stories.demo.accounts import CURATOR, EDITOR, WRITER
from stories.demo.documents import resolve_links, uid_of
from stories.demo.files import AuthorPageData, ImageData, QuestionData, StoryData
from stories.documents import AnyDocument
from stories.drafts import revisions
from stories.models import FAQ, Change, ChangeNote, Edition, Outlet, OutletAlias, RelatedStories, Story, Work, WorkKind
from stories.publishing.editions import related
from stories.workflow import trash
from topics import navigation
from topics.models import NavigationPlace, Topic, TopicAlias
from topics.navigation import NavigationEntry


@dataclass(frozen=True, slots=True)
class Step:
    """One named step of the seeding.

    ``run`` is one transaction. It returns False, and changes nothing, if its result already exists.
    """

    name: str
    run: Callable[[], bool]


DRAWING_CREDIT = "Drawing: Newsroom"
# The time between the last save of a text and its publication.
_REVIEW_TIME = timedelta(minutes=12)


def build_steps(today: date) -> list[Step]:
    """Return all steps in order, with ``today`` as the day of seeding. They require that the accounts exist."""
    stories = sorted(files.load_stories(today).items(), key=lambda each: each[1].started_at)
    return [
        *(Step(outlet.name, partial(_seed_outlet, key)) for key, outlet in files.load_outlets().items()),
        *(Step(f"picture {name}", partial(_seed_picture, name, today)) for name in files.list_pictures()),
        *(Step(f"portrait {name}", partial(_seed_portrait, name)) for name in files.list_portraits()),
        *(Step(topic.name, partial(_seed_topic, key, today)) for key, topic in files.load_topics().items()),
        *(
            Step(f"the page of {data.name}", partial(_seed_author_page, key, data.page))
            for key, data in files.load_contributors().items()
            if data.page
        ),
        *(
            Step(page.title, partial(_seed_about, position))
            for position, page in enumerate(files.load_about_pages())
            if page.language in ("", *settings.SITE_LANGUAGES[1:])
        ),
        *(Step(story.headline, partial(_seed_story, key, today)) for key, story in stories),
        Step("the line above the masthead", partial(_mark_works, today)),
        Step("the subjects below it", _seed_navigation),
        *build_desk_steps(today),
    ]


def build_desk_steps(today: date) -> list[Step]:
    """Return the steps for the desk activity and the related stories. They require that all stories exist."""
    return [
        Step("the house style", desk_activity.seed_house_words),
        Step("when pages are looked at again", partial(desk_activity.seed_review_dates, today)),
        Step("a review", partial(desk_activity.seed_review, today)),
        Step("a page that waits for its time", partial(desk_activity.seed_schedule, today)),
        Step("comments on drafts", partial(desk_activity.seed_comments, today)),
        Step("stories that lead on to each other", _update_related_stories),
    ]


@invalidation()
def _seed_outlet(key: str) -> bool:
    data = files.load_outlets()[key]
    if Outlet.objects.filter(uid=uid_of("outlet", key)).exists() or Outlet.objects.with_name(data.name).exists():
        return False
    uid = uid_of("outlet", key)
    outlet = Outlet.objects.create(
        uid=uid,
        name=data.name,
        slug=Address.objects.find_free_slug("source", data.name, uid=uid, taken=Outlet.objects.all()),
        kind=data.kind,
        country=data.country,
        language=data.language,
        home_page=f"https://{data.host}/",
        owner=data.owner,
        description=data.description,
    )
    for alias in data.aliases:
        if not Outlet.objects.with_name(alias).exists():
            OutletAlias.objects.create(outlet=outlet, name=alias)
    return True


@invalidation()
def _seed_picture(name: str, today: date) -> bool:
    if Image.objects.filter(uid=uid_of("drawing", name)).exists():
        return False
    first_use = _find_first_use(name, today)
    image = Image(
        uid=uid_of("drawing", name),
        title=name.replace("_", " ").capitalize(),
        alt=first_use.alt if first_use else "",
        credit=first_use.credit if first_use else "",
        focal_x=first_use.focus[0] if first_use else 50,
        focal_y=first_use.focus[1] if first_use else 50,
        created_by=_get_account(CURATOR.username),
    )
    images.save_new(image, images.prepare_image(files.open_picture(name), is_drawing=True))
    return True


@invalidation()
def _seed_portrait(name: str) -> bool:
    if Image.objects.filter(uid=uid_of("portrait", name)).exists():
        return False
    person = name.replace("_", " ").title()
    image = Image(
        uid=uid_of("portrait", name),
        title=person,
        alt=f"Drawing of {person}",
        credit=DRAWING_CREDIT,
        focal_y=45,
        created_by=_get_account(CURATOR.username),
    )
    images.save_new(image, images.prepare_image(files.open_portrait(name), is_drawing=True))
    return True


@invalidation()
def _seed_author_page(key: str, data: AuthorPageData) -> bool:
    author = Contributor.objects.filter(uid=uid_of("contributor", key), slug="").first()
    if author is None:
        return False
    author.slug = Address.objects.find_free_slug(
        Contributor.address_kind, author.name, uid=author.uid, taken=Contributor.objects.all()
    )
    author.has_page, author.is_former, author.role = True, data.is_former, data.role
    author.languages, author.contact, author.description = data.languages, data.contact, data.description
    author.picture = Image.objects.get(uid=uid_of("portrait", data.portrait))
    author.save()
    author.topics.set(Topic.objects.by_names(files.load_topics()[each].name for each in data.topics).values())
    return True


@invalidation()
def _seed_topic(key: str, today: date) -> bool:
    data = files.load_topics()[key]
    uid = uid_of("topic", key)
    if Topic.objects.filter(uid=uid).exists() or Topic.objects.with_name(data.name).exists():
        return False
    first_use = _find_first_use(data.picture, today)
    picture = Image.objects.filter(uid__in=[uid_of("drawing", data.picture), uid_of("portrait", data.portrait)]).first()
    topic = Topic.objects.create(
        uid=uid,
        name=data.name,
        slug=Address.objects.find_free_slug("topic", data.name, uid=uid, taken=Topic.objects.all()),
        kind=data.kind,
        description=resolve_links(data.description),
        picture=picture,
        picture_alt=first_use.alt if first_use else picture.alt if picture else "",
    )
    for alias in data.aliases:
        if not Topic.objects.with_name(alias).exists():
            TopicAlias.objects.create(topic=topic, name=alias)
    return True


@invalidation()
def _seed_about(position: int) -> bool:
    data = files.load_about_pages()[position]
    _, is_new = AboutPage.objects.get_or_create(
        slug=data.slug,
        defaults={
            "title": data.title,
            "role": data.role,
            "language": data.language,
            "text": data.text,
            "position": position,
        },
    )
    return is_new


@invalidation()
def _seed_story(key: str, today: date) -> bool:
    data = files.load_stories(today)[key]
    if Story.objects.filter(uid=uid_of("story", key)).exists():
        return False
    writer, document = _get_writer(data), documents.build_explainer(key, today=today)
    first = documents.build_edition(key, data.editions[0], today=today) if data.editions else document
    with clock.fixed_at(data.started_at):
        for question in data.questions:
            _create_question(question, data, by=writer)
        story = Story.objects.create(**_build_work_fields(WorkKind.STORY, document, data.translates), owner=writer)
        _save_draft(story, first, by=writer)
        if data.state == "binned":
            trash.move_to_trash(story, by=writer)
    for at, publish in sorted(_iter_publications(key, data, story, today), key=lambda publication: publication[0]):
        publish(at, writer)
    if data.withdrawn:
        with clock.fixed_at(data.withdrawn):
            publishing.withdraw(story, by=_get_account(EDITOR.username), notice=data.notice)
    if data.editions:
        with clock.fixed_at(data.editions[-1].at + _REVIEW_TIME):
            _save_draft(story, document, by=writer)
    return True


def _iter_publications(
    key: str, data: StoryData, story: Story, today: date
) -> Iterator[tuple[datetime, Callable[[datetime, User], None]]]:
    """Yield the time of each edition of the story and of its questions, with the function that publishes it."""
    for edition in data.editions:
        change = ChangeNote(Change(edition.change), edition.note, edition.was_wrong, edition.is_right)
        document: AnyDocument = documents.build_edition(key, edition, today=today)
        yield edition.at, partial(_publish, story, document, change)
    for question in data.questions:
        faq = FAQ.objects.get(uid=uid_of("question", question.key))
        for each in question.editions:
            page = documents.build_question_page(question, data, each)
            yield each.at, partial(_publish, faq, page, ChangeNote(Change.UPDATE, each.note))


def _publish(work: Work, document: AnyDocument, change: ChangeNote, at: datetime, writer: User) -> None:
    with clock.fixed_at(at - _REVIEW_TIME):
        _save_draft(work, document, by=writer)
    with clock.fixed_at(at):
        publishing.publish(work, by=_get_account(EDITOR.username), change=change)


def _create_question(data: QuestionData, story: StoryData, *, by: User) -> None:
    page = documents.build_question_page(data, story, data.editions[0])
    if not FAQ.objects.filter(uid=page.uid).exists():
        question = FAQ.objects.create(**_build_work_fields(WorkKind.QUESTION, page, data.translates), owner=by)
        _save_draft(question, page, by=by)


@invalidation()
def _mark_works(today: date) -> bool:
    """Record which published works belong to the demonstration. Return whether any of them was not recorded yet."""
    return DemonstrationWork.objects.add(
        Edition.objects.filter(uid__in=list_work_uids(today)).values_list("uid", flat=True).distinct()
    )


@invalidation()
def _seed_navigation() -> bool:
    """Choose the subjects of each language of the site. Return whether the site had none."""
    if NavigationPlace.objects.exists():
        return False
    subjects = files.load_navigation()
    wanted = {
        code: [
            NavigationEntry(topic, label)
            for key, label in subjects.get(primary_subtag(code), {}).items()
            if (topic := Topic.objects.filter(uid=uid_of("topic", key)).first())
        ]
        for code in settings.SITE_LANGUAGES
    }
    digest = navigation.get_arrangement_digest()
    navigation.arrange_navigation(wanted, by=_get_account(EDITOR.username), seen_digest=digest)
    return True


@invalidation()
def _update_related_stories() -> bool:
    """Choose the related stories of all stories again. Return whether any changed."""
    # When each story was published, some of the others did not exist yet.
    before = dict(RelatedStories.objects.values_list("uid", "others"))
    for _ in related.choose_all_related(clock.now()):
        pass
    return dict(RelatedStories.objects.values_list("uid", "others")) != before


def list_work_uids(today: date) -> list[UUID]:
    """Return the uids of all stories and questions of the demonstration."""
    stories = [uid_of("story", key) for key in files.load_stories(today)]
    return [*stories, *(page.uid for page in documents.build_questions(today).values())]


def _build_work_fields(kind: WorkKind, document: AnyDocument, original: str) -> dict[str, object]:
    works = Work.objects.filter(kind=kind)
    return {
        "uid": document.uid,
        "kind": kind,
        "slug": Address.objects.find_free_slug(kind, document.slug, uid=document.uid, taken=works),
        "language": document.language,
        "translation_group": uid_of(kind, original) if original else None,
    }


def _save_draft(work: Work, document: AnyDocument, *, by: User) -> None:
    """Write the document to the draft and record a revision, as a save at the desk does."""
    drafts.restore(work, document)
    work.refresh_from_db()
    revisions.record_revision(work, by=by, reason="Demonstration")


def _find_first_use(drawing: str, today: date) -> ImageData | None:
    """Return the first use of a picture in the stories, or None."""
    pictures = (picture for story in files.load_stories(today).values() for picture in (story.picture, *story.pictures))
    return next((picture for picture in pictures if picture and picture.drawing == drawing), None)


def _get_writer(data: StoryData) -> User:
    """Return the first user in the byline who is the writer or the editor of the demonstration, or else the writer."""
    accounts = {person.name: person for person in (WRITER, EDITOR)}
    names = [files.load_contributors()[key].name for key in data.byline]
    return _get_account(next((accounts[name] for name in names if name in accounts), WRITER).username)


def _get_account(username: str) -> User:
    return User.objects.get(username=username)
