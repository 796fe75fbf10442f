"""The activity at the desk of the demonstration: reviews, comments, review dates, a schedule and the house style."""

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
from stories.publishing import review
from stories.workflow import comments, review_dates


class ReviewDateData(files.Data):
    """The review date of a page, in days from the seeding; either ``story`` or ``question`` names the page."""

    story: str = ""
    question: str = ""
    days: int


class ReviewData(files.Data):
    """A story that is sent to review, with the note of its sender."""

    story: str
    note: str


class ScheduleData(files.Data):
    """A story with an edition that is scheduled for ``hour`` o'clock, with its note for readers."""

    story: str
    days: int
    hour: int
    note: str


class ReplyData(files.Data):
    """A reply to a comment; ``by`` is a user name."""

    by: str
    text: str


class CommentData(ReplyData):
    """A comment on a story, on a section of it (``place`` is its kind), or on words in that."""

    story: str
    place: str = ""
    quote: str = ""
    replies: tuple[ReplyData, ...] = ()
    resolved: bool = False


class HouseWordData(files.Data):
    """A word of the house style."""

    written: str
    preferred: str = ""
    reason: str = ""
    capitals: bool = False


class DeskData(files.Data):
    """All activity at the desk."""

    review_by: tuple[ReviewDateData, ...]
    in_review: ReviewData
    scheduled: ScheduleData
    comments: tuple[CommentData, ...]
    house_words: tuple[HouseWordData, ...]


# The time of all this activity: the evening before the day of seeding.
_LAST_EVENING = "-1 21:40"


@cache
def load_desk() -> DeskData:
    """Return the activity that is described in ``desk.yaml``."""
    return DeskData.model_validate(files.read_yaml(files.FOLDER / "desk.yaml"))


@invalidation()
def seed_review_dates(today: date) -> bool:
    """Set the review dates that are missing; return whether there were any."""
    said = False
    for written in load_desk().review_by:
        uid = uid_of("story", written.story) if written.story else uid_of("question", written.question)
        work = Work.objects.get(uid=uid)
        if work.owner and not Freshness.objects.filter(uid=uid).exists():
            with clock.fixed_at(_last_evening(today)):
                review_dates.set_review_by(work, today + timedelta(days=written.days), by=work.owner)
            said = True
    return said


@invalidation()
def seed_review(today: date) -> bool:
    """Send a story to review if it is still a draft; return whether it was."""
    written = load_desk().in_review
    work = _story(written.story)
    if work.state != State.DRAFT:
        return False
    with clock.fixed_at(_last_evening(today)):
        review.send_for_review(work, by=_account(WRITER.username), to=_account(EDITOR.username), note=written.note)
    return True


@invalidation()
def seed_schedule(today: date) -> bool:
    """Schedule the draft of a live story, once; return whether this was done."""
    written = load_desk().scheduled
    work = _story(written.story)
    if Edition.objects.filter(work=work, note=written.note).exists():
        return False
    at = days.parse_moment(f"{written.days} {written.hour:02}:00", today=today)
    with clock.fixed_at(_last_evening(today)):
        publishing.schedule(work, by=_account(EDITOR.username), at=at, change=ChangeNote(Change.UPDATE, written.note))
    return True


@invalidation()
def seed_comments(today: date) -> bool:
    """Add the comments to drafts without any; return whether there were such drafts."""
    at = _last_evening(today)
    quiet = [each for each in load_desk().comments if not Comment.objects.filter(work=_story(each.story)).exists()]
    with clock.fixed_at(at):
        for written in quiet:
            place = f"sections.{uid_of('section', written.story, written.place)}.text" if written.place else ""
            made = comments.add_comment(
                _story(written.story), written.text, by=_account(written.by), at=at, place=place, quote=written.quote
            )
            for answer in written.replies:
                comments.add_reply(made, answer.text, by=_account(answer.by), at=at)
            if written.resolved:
                comments.resolve_thread(made, by=_account(written.by), at=at)
    return bool(quiet)


@invalidation()
def seed_house_words() -> bool:
    """Fill an empty house style; return whether it was empty."""
    if HouseWord.objects.exists():
        return False
    lines = (
        f'"{word.written}","{word.preferred}","{word.reason}",,{"yes" if word.capitals else ""}'
        for word in load_desk().house_words
    )
    house_style.import_entries("\n".join(lines), by=_account(CURATOR.username))
    return True


def _last_evening(today: date) -> datetime:
    return days.parse_moment(_LAST_EVENING, today=today)


def _story(key: str) -> Story:
    return Story.objects.get(uid=uid_of("story", key))


def _account(username: str) -> User:
    return User.objects.get(username=username)
