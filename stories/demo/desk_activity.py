"""Desk activity for the demonstration: a review, comments, review dates, a schedule and the house style."""

from datetime import date, datetime, timedelta
from functools import cache

from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories import publishing
from stories.checks import house_style
from stories.demo import days, files
from stories.demo.accounts import CURATOR, EDITOR, WRITER
from stories.demo.documents import uid_of
from stories.models import Change, ChangeNote, Comment, Edition, Freshness, HouseWord, State, Story, Work
from stories.publishing import review, review_dates
from stories.workflow import comments


class ReviewDateData(files.DemoModel):
    """The review date of a page, in days from the day of seeding; ``story`` or ``question`` is the key of the page.

    ``checked`` is the time at which its owner last checked it against its sources.
    """

    story: str = ""
    question: str = ""
    days: int
    checked: str = ""


class ReviewData(files.DemoModel):
    """A story that is sent for review, with the sender's note."""

    story: str
    note: str


class ScheduleData(files.DemoModel):
    """A story with an edition to schedule: at ``hour`` o'clock, ``days`` days after the day of seeding."""

    story: str
    days: int
    hour: int
    note: str


class ReplyData(files.DemoModel):
    """A reply to a comment; ``by`` is a username."""

    by: str
    text: str


class CommentData(ReplyData):
    """A comment on a story, on one of its sections (``place`` is the section's kind), or on words in the section."""

    story: str
    place: str = ""
    quote: str = ""
    replies: tuple[ReplyData, ...] = ()
    resolved: bool = False


class HouseWordData(files.DemoModel):
    """A house style entry."""

    written: str
    preferred: str = ""
    reason: str = ""
    capitals: bool = False


class DeskData(files.DemoModel):
    """All desk activity."""

    review_by: tuple[ReviewDateData, ...]
    in_review: ReviewData
    scheduled: ScheduleData
    comments: tuple[CommentData, ...]
    house_words: tuple[HouseWordData, ...]


# The time of all desk activity: the evening before the day of seeding.
_LAST_EVENING = "-1 21:40"


@cache
def load_desk() -> DeskData:
    """Return the desk activity described in ``desk.yaml``."""
    return DeskData.model_validate(files.read_yaml(files.FOLDER / "desk.yaml"))


@invalidation()
def seed_review_dates(today: date) -> bool:
    """Set the missing review dates of works that have an owner. Return whether any was set."""
    is_changed = False
    for data in load_desk().review_by:
        uid = uid_of("story", data.story) if data.story else uid_of("question", data.question)
        work = Work.objects.get(uid=uid)
        if work.owner and not Freshness.objects.filter(uid=uid).exists():
            review_by = today + timedelta(days=data.days)
            if data.checked:
                with clock.fixed_at(days.parse_moment(data.checked, today=today)):
                    review_dates.mark_reviewed(work, by=work.owner, next_by=review_by)
            else:
                with clock.fixed_at(_last_evening(today)):
                    review_dates.set_review_by(work, review_by, by=work.owner)
            is_changed = True
    return is_changed


@invalidation()
def seed_review(today: date) -> bool:
    """Send a story for review if it is still a draft. Return whether it was sent."""
    data = load_desk().in_review
    work = _get_story(data.story)
    if work.state != State.DRAFT:
        return False
    with clock.fixed_at(_last_evening(today)):
        review.send_for_review(work, by=_get_account(WRITER.username), to=_get_account(EDITOR.username), note=data.note)
    return True


@invalidation()
def seed_schedule(today: date) -> bool:
    """Schedule the draft of a live story, unless this has already been done. Return whether it was scheduled."""
    data = load_desk().scheduled
    work = _get_story(data.story)
    if Edition.objects.filter(work=work, note=data.note).exists():
        return False
    at = days.parse_moment(f"{data.days} {data.hour:02}:00", today=today)
    with clock.fixed_at(_last_evening(today)):
        publishing.schedule(work, by=_get_account(EDITOR.username), at=at, change=ChangeNote(Change.UPDATE, data.note))
    return True


@invalidation()
def seed_comments(today: date) -> bool:
    """Add comments to the stories that have none. Return whether any were added."""
    at = _last_evening(today)
    missing = [
        each for each in load_desk().comments if not Comment.objects.filter(work=_get_story(each.story)).exists()
    ]
    with clock.fixed_at(at):
        for data in missing:
            place = f"sections.{uid_of('section', data.story, data.place)}.text" if data.place else ""
            comment = comments.add_comment(
                _get_story(data.story), data.text, by=_get_account(data.by), at=at, place=place, quote=data.quote
            )
            for reply in data.replies:
                comments.add_reply(comment, reply.text, by=_get_account(reply.by), at=at)
            if data.resolved:
                comments.resolve_thread(comment, by=_get_account(data.by), at=at)
    return bool(missing)


@invalidation()
def seed_house_words() -> bool:
    """Add words to an empty house style. Return whether it was empty."""
    if HouseWord.objects.exists():
        return False
    lines = (
        f'"{word.written}","{word.preferred}","{word.reason}",,{"yes" if word.capitals else ""}'
        for word in load_desk().house_words
    )
    house_style.import_entries("\n".join(lines), by=_get_account(CURATOR.username))
    return True


def _last_evening(today: date) -> datetime:
    return days.parse_moment(_LAST_EVENING, today=today)


def _get_story(key: str) -> Story:
    return Story.objects.get(uid=uid_of("story", key))


def _get_account(username: str) -> User:
    return User.objects.get(username=username)
