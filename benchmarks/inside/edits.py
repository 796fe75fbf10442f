"""Edit works as users of the desk do: change a text, save it with a revision, and publish it."""

from collections.abc import Iterable

from newsroom.accounts.models import User
from stories import publishing
from stories.checks.completeness import MAX_HEADLINE_LENGTH
from stories.drafts import revisions
from stories.models import FAQ, Change, ChangeNote, Edition, Story, Work
from stories.publishing import PublishRequest

PUBLISHER = "corpus"  # the account that published the corpus
_HEADLINE_SEPARATOR, _TEXT_SEPARATOR = " · ", " Seen again: "


def get_publisher() -> User:
    """Return the account that saves and publishes in the benchmarks."""
    return User.objects.get(username=PUBLISHER)


def save(work: Work, words: str, *, by: User) -> None:
    """Append ``words`` to the headline of a story or the introduction of a question, and record a revision.

    The words that an earlier call appended are replaced. A headline that would be too long is cut before them.
    """
    if work.kind == "story":
        story = Story.objects.get(pk=work.pk)
        room = MAX_HEADLINE_LENGTH - len(f"{_HEADLINE_SEPARATOR}{words}")
        story.headline = _replace_ending(words, story.headline[:room], _HEADLINE_SEPARATOR)
        story.save()
        revisions.record_revision(story, by=by, reason="Measuring")
    else:
        question = FAQ.objects.get(pk=work.pk)
        question.introduction = _replace_ending(f"{words}.", question.introduction, _TEXT_SEPARATOR)
        question.save()
        revisions.record_revision(question, by=by, reason="Measuring")


def publish(work: Work, *, by: User) -> Edition:
    """Publish the newest revision as an update, and return the new edition."""
    return publishing.publish(work, by=by, change=_change())


def publish_together(works: Iterable[Work], *, by: User) -> list[Edition]:
    """Publish the newest revisions of several works as updates, all or none, and return the new editions.

    Raise the errors of ``publish_many``.
    """
    return publishing.publish_many([PublishRequest(work, _change()) for work in works], by=by)


def _replace_ending(words: str, before: str, between: str) -> str:
    return f"{before.partition(between)[0]}{between}{words}"


def _change() -> ChangeNote:
    return ChangeNote(Change.UPDATE, "The words were brought up to date.")
