"""What the desk stores about a person: by-lines, comments and unsaved text."""

from collections.abc import Iterator

from django.db.models import Q

from newsroom.accounts.personal_data import contributors_of
from newsroom.operations import personal_data
from newsroom.operations.personal_data import Person, Row, select
from stories.models import AutosaveSlot, Comment, Edition


def export_contributors(person: Person) -> Iterator[Row]:
    """Yield the person as a contributor, with the editions that have the by-line."""
    for contributor in contributors_of(person):
        editions = Edition.objects.filter(edition_contributors__contributor=contributor).order_by("live_from", "pk")
        yield {
            "name": contributor.name,
            "uid": contributor.uid,
            "editions": list(
                select(editions, title="title", number="number", live_from="live_from", live_until="live_until")
            ),
        }


def export_comments(person: Person) -> Iterator[Row]:
    """Yield the comments by the person, and those in which the person is mentioned."""
    comments = Comment.objects.filter(Q(author__in=person.accounts) | Q(mentions__in=person.accounts))
    for comment in comments.select_related("work").order_by("pk").distinct():
        yield {
            "is_by_person": comment.author_id in person.accounts,
            "author": comment.author_label,
            "written": comment.made_at,
            "work": comment.work.uid,
            "quote": comment.quote,
            "text": comment.text,
            "resolved": comment.resolved_at,
        }


def export_unsaved_text(person: Person) -> Iterator[Row]:
    """Yield what the person typed and did not save."""
    slots = AutosaveSlot.objects.filter(person__in=person.accounts).with_text().order_by("pk")
    for slot in slots.defer(None):
        yield {"kind": slot.kind, "title": slot.title, "typed": slot.saved_at, "fields": slot.values}


def register() -> None:
    """Register the data of the desk."""
    personal_data.register("contributors", "by-lines", export_contributors)
    personal_data.register("comments", "comments by the person, and comments that mention the person", export_comments)
    personal_data.register("unsaved_text", "text that was typed and not saved", export_unsaved_text)
