"""What goes on at the desk of the demonstration: reviews, comments, dates, a page that waits, the house dictionary."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from newsroom import clock
from newsroom.accounts.models import User
from stories import commenting, dictionary, freshness, publishing
from stories.demonstration import files
from stories.demonstration.accounts import CURATOR, EDITOR, WRITER
from stories.demonstration.naming import uid_of
from stories.models import Change, ChangeNote, Comment, Edition, Freshness, HouseWord, State, Story, Work
from stories.publishing import Going, reviewing


@transaction.atomic
def seed_dates() -> bool:
    """Say by when pages are looked at again; return whether there was anything to say."""
    at, said = clock.now(), False
    for written in files.desk().review_by:
        uid = uid_of("story", written.story) if written.story else uid_of("question", written.question)
        work = Work.objects.get(uid=uid)
        if work.owner and not Freshness.objects.filter(uid=uid).exists():
            day = timezone.localdate(at) + timedelta(days=written.days)
            freshness.set_review_by(work, day, by=work.owner)
            said = True
    return said


@transaction.atomic
def seed_review() -> bool:
    """Send a story to review, where it is a draft still."""
    written = files.desk().in_review
    work = _story(written.story)
    if work.state != State.DRAFT:
        return False
    reviewing.submit(work, by=_account(WRITER.username), to=_account(EDITOR.username), note=written.note)
    return True


@transaction.atomic
def seed_schedule() -> bool:
    """Let what the desk says of a live story wait for its time, once."""
    written, now = files.desk().scheduled, clock.now()
    work = _story(written.story)
    if Edition.objects.filter(work=work, note=written.note).exists():
        return False
    day = timezone.localdate(now) + timedelta(days=written.days)
    at = datetime.combine(day, time(written.hour), tzinfo=timezone.get_current_timezone())
    change = ChangeNote(Change.UPDATE, written.note)
    along = [Going(faq, change) for faq in publishing.changed_questions(work, at=now)]
    publishing.schedule(work, by=_account(EDITOR.username), at=at, change=change, with_questions=along)
    return True


@transaction.atomic
def seed_comments() -> bool:
    """Let people talk about drafts on which nobody has said anything yet."""
    at = clock.now()
    quiet = [each for each in files.desk().comments if not Comment.objects.filter(work=_story(each.story)).exists()]
    for written in quiet:
        place = f"sections.{uid_of('section', written.story, written.place)}.text" if written.place else ""
        made = commenting.comment(
            _story(written.story), written.text, by=_account(written.by), at=at, place=place, quote=written.quote
        )
        for answer in written.replies:
            commenting.reply(made, answer.text, by=_account(answer.by), at=at)
        if written.resolved:
            commenting.resolve(made, by=_account(written.by), at=at)
    return bool(quiet)


@transaction.atomic
def seed_house_words() -> bool:
    """Fill an empty dictionary."""
    if HouseWord.objects.exists():
        return False
    lines = (
        f'"{word.written}","{word.preferred}","{word.reason}",,{"yes" if word.capitals else ""}'
        for word in files.desk().house_words
    )
    dictionary.take_in("\n".join(lines), by=_account(CURATOR.username))
    return True


def _story(key: str) -> Story:
    return Story.objects.get(uid=uid_of("story", key))


def _account(username: str) -> User:
    return User.objects.get(username=username)
