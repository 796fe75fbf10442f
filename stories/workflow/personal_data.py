"""Export and remove personal data at the desk: bylines and comments.

Unsaved text is only exported; records of reading are only removed.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from newsroom.accounts.models import Contributor
from newsroom.accounts.personal_data import contributors_of
from newsroom.audit.models import Event
from newsroom.operations import personal_data
from newsroom.operations.personal_data import FORMER_MEMBER, Forgotten, Person, Row, select
from newsroom.operations.raw_search import find_keys
from stories.models import AutosaveSlot, Comment, Edition, LastLook, Presence, Story
from stories.publishing.erase.traces import strip_entries

JOURNALISM = "It is journalism (GDPR, article 85). Remove it with Erase."


def export_contributors(person: Person) -> Iterator[Row]:
    """Yield the person's contributors, each with the editions whose bylines contain it."""
    for contributor in contributors_of(person):
        editions = Edition.objects.filter(edition_contributors__contributor=contributor).order_by("live_from", "pk")
        yield {
            "name": contributor.name,
            "uid": contributor.uid,
            "has_page": contributor.has_page,
            "address": contributor.slug,
            "is_former": contributor.is_former,
            "role": contributor.role,
            "topics": [str(topic) for topic in contributor.topics.all()],
            "languages": contributor.languages,
            "description": contributor.description,
            "contact": contributor.contact,
            "picture": contributor.picture and contributor.picture.title,
            "editions": list(
                select(editions, title="title", number="number", live_from="live_from", live_until="live_until")
            ),
        }


def export_comments(person: Person) -> Iterator[Row]:
    """Yield the comments by the person, and the comments that mention the person."""
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
    """Yield the texts that the person has typed but not saved."""
    slots = AutosaveSlot.objects.filter(person__in=person.accounts).with_text().order_by("pk")
    for slot in slots.defer(None):
        yield {"kind": slot.kind, "title": slot.title, "typed": slot.saved_at, "fields": slot.values}


def forget_contributors(person: Person) -> Forgotten:
    """Delete the person's contributors that no story names. Unlink the others from the account, and remove their pages."""
    deleted, changed, published, drafts = 0, 0, set[UUID](), set[int]()
    pictures = set[str]()
    for contributor in contributors_of(person):
        if contributor.picture:
            pictures.add(contributor.picture.title)
        has_details = contributor.has_details
        contributor.remove_page()
        strip_entries(Event.objects.about(contributor.uid))
        editions = set(contributor.editions.values_list("edition__uid", flat=True))
        stories = set(contributor.bylines.values_list("story", flat=True))
        if not editions and not stories:
            contributor.delete()
            deleted += 1
            continue
        published |= editions
        drafts |= set(Story.objects.filter(pk__in=stories).exclude(uid__in=editions).values_list("pk", flat=True))
        unlinked = Contributor.objects.filter(pk=contributor.pk).exclude(user=None).update(user=None)
        changed += has_details or unlinked
    stays = [f"The picture “{title}” stays in the library. Delete it at the desk." for title in sorted(pictures)]
    return Forgotten(deleted, changed, (*_describe_by_lines(len(published), len(drafts)), *stays))


def _describe_by_lines(published: int, drafts: int) -> Iterator[str]:
    if published:
        stories, they = ("story", "it is") if published == 1 else ("stories", "they are")
        by_lines, stay = ("The by-line", "stays") if published == 1 else ("By-lines", "stay")
        yield (
            f"{by_lines} of {published:,} published {stories} {stay}: {they} journalism (GDPR, article 85). "
            f"Remove {'it' if published == 1 else 'one'} with Erase."
        )
    if drafts:
        yield f"{drafts:,} {'draft has' if drafts == 1 else 'drafts have'} the by-line. Remove it at the desk."


def forget_comments(person: Person) -> Forgotten:
    """Replace the names of the person in the authors and texts of comments. The rest of the texts remains."""
    changed = 0
    own = Q(author__in=person.accounts)
    for comment in Comment.objects.filter(own | Q(pk__in=find_keys(person.words, Comment))).order_by("pk"):
        label = FORMER_MEMBER if comment.author_id in person.accounts else person.anonymize(comment.author_label)
        text = person.anonymize(comment.text)
        if (label, text) != (comment.author_label, comment.text):
            changed += Comment.objects.filter(pk=comment.pk).update(author_label=label, text=text)
    return Forgotten(changed=changed)


def forget_readings(person: Person) -> Forgotten:
    """Delete the records of what the person has read, and of the works that the person had open."""
    deleted = LastLook.objects.filter(person__in=person.accounts).delete()[0]
    return Forgotten(deleted + Presence.objects.filter(person__in=person.accounts).delete()[0])


def register() -> None:
    """Register the personal data at the desk."""
    personal_data.register("contributors", "bylines", export=export_contributors, forget=forget_contributors)
    personal_data.register(
        "comments",
        "comments by the person, and comments that mention the person",
        export=export_comments,
        forget=forget_comments,
    )
    # Not removed, because colleagues may need it for their pages; a retention rule deletes it after some weeks.
    personal_data.register("unsaved_text", "unsaved text", export=export_unsaved_text)
    personal_data.register("readings", forget=forget_readings)
    for prefix in ("stories_", "search_", "topics_"):
        personal_data.register_reason(prefix, JOURNALISM)
    personal_data.register_reason("stories_comment", "Others wrote it.")
    personal_data.register_reason("stories_autosaveslot", "It is unsaved text and will be deleted later.")
