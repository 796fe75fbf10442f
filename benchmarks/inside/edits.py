"""Change works as the desk does: new words, a save with its revision, and a publication."""

from collections.abc import Iterable

from newsroom.accounts.models import User
from stories import publishing
from stories.drafts import revisions
from stories.models import FAQ, Change, ChangeNote, Edition, Story, Work
from stories.publishing import PublishRequest

PUBLISHER = "corpus"  # the account that published the corpus
_IN_HEADLINE, _IN_TEXT = " · ", " Seen again: "


def publisher() -> User:
    """Return the account that saves and publishes in the benchmarks."""
    return User.objects.get(username=PUBLISHER)


def save(work: Work, words: str, *, by: User) -> None:
    """End the headline of a story, or the introduction of a question, with ``words``, and record a revision."""
    if work.kind == "story":
        story = Story.objects.get(pk=work.pk)
        story.headline = _ending_with(words, story.headline, _IN_HEADLINE)
        story.save()
        revisions.record_revision(story, by=by, reason="Measuring")
    else:
        question = FAQ.objects.get(pk=work.pk)
        question.introduction = _ending_with(f"{words}.", question.introduction, _IN_TEXT)
        question.save()
        revisions.record_revision(question, by=by, reason="Measuring")


def publish(work: Work, *, by: User) -> Edition:
    """Publish the newest revision as an update."""
    return publishing.publish(work, by=by, change=_change())


def publish_together(works: Iterable[Work], *, by: User) -> list[Edition]:
    """Publish the newest revisions of several works as updates, all or none."""
    return publishing.publish_many([PublishRequest(work, _change()) for work in works], by=by)


def _ending_with(words: str, before: str, between: str) -> str:
    return f"{before.partition(between)[0]}{between}{words}"


def _change() -> ChangeNote:
    return ChangeNote(Change.UPDATE, "The words were brought up to date.")
