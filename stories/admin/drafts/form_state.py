"""What the steps of one request for the form of a work hand on to each other."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from newsroom.http.request_state import RequestState
from stories.admin.drafts.conflicts import Conflict, TextConflict
from stories.models import Work


@dataclass(frozen=True, slots=True)
class RestoredText:
    """Text that a form was filled with; the form submits ``mark``, so that saving empties the slot of the text."""

    label: str
    mark: str = ""


@dataclass(slots=True)
class FormState:
    """The state of one request.

    ``opened`` is a work that was locked and read just now, for ``get_object`` to return once; ``locked`` is the work of
    this save. A save that is only tried has ``is_trial``, and ``meanwhile`` then says what it will be merged with.
    ``clashes`` are the places of a merge to ask about, ``one_sided`` the places that only one side changed.
    ``together`` names the fields that hold two texts, ``going_out`` the questions to publish with the story.
    """

    conflict: Conflict | None = None
    opened: Work | None = None
    locked: Work | None = None
    restored: RestoredText | None = None
    fixed: str = ""
    saved: str = ""
    is_trial: bool = False
    meanwhile: str = ""
    clashes: list[TextConflict] = field(default_factory=list)
    one_sided: tuple[str, str] = ("", "")
    together: list[str] = field(default_factory=list)
    going_out: set[UUID] = field(default_factory=set)
    # Whether the page was checked now, and the next review date; None if neither was entered.
    review_date: tuple[bool, date | None] | None = None


FORM_STATE = RequestState(FormState)
