"""Which stories the page of a story leads on to: those that were chosen when it went out."""

from uuid import UUID

from stories.editions.models import Edition
from stories.editions.related import RelatedStories


def related_to(edition: Edition) -> list[UUID]:
    """Return the uids of the stories chosen for the story, the nearest first: from its row, or in one query for a draft."""
    if "leads_on_to" in vars(edition):
        return [UUID(uid) for uid in vars(edition)["leads_on_to"] or ()]
    return RelatedStories.objects.chosen_for(edition.uid)
