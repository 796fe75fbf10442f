"""Stories with points on which they compare outlets."""

from typing import Any
from uuid import UUID, uuid4

from stories import drafts, publishing
from stories.documents import Cell, Claim, NamedOutlet
from stories.drafts import revisions
from stories.models import ChangeNote, Edition, Outlet, Story
from tests.factories import make_update, make_user


def make_cell(outlet: Outlet | NamedOutlet, value: str = "", **fields: Any) -> Cell:
    """Return what an outlet says; a value that is a number is an amount."""
    if value.isdecimal():
        fields = {"low": value, "high": value, **fields}
    return Cell(uid=uuid4(), outlet=NamedOutlet(uid=outlet.uid, name=outlet.name), value=value, **fields)


def make_claim(*cells: Cell, uid: UUID | None = None, **fields: Any) -> Claim:
    """Return a point about figures."""
    values = {"claim": "Homes emptied", "kind": "figure", **fields}
    return Claim(uid=uid or uuid4(), cells=cells, **values)


def set_claims(story: Story, *claims: Claim) -> None:
    """Give the draft of a story these points, and no others."""
    drafts.restore(story, drafts.build_document(story).changed(claims=claims), by=None)
    revisions.record_revision(story, by=None)


def publish_claims(story: Story, *claims: Claim, change: ChangeNote | None = None) -> Edition:
    """Publish an update of a public story with these points, and no others."""
    set_claims(story, *claims)
    note = change or make_update("There are new figures.")
    return publishing.publish(Story.objects.get(pk=story.pk), by=make_user(), change=note)
