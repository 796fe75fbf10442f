"""The state that is shared by the steps of one request for the form of a work."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from newsroom.http.request_state import RequestState
from stories.admin.drafts.conflicts import Conflict, TextConflict
from stories.drafts.short_references import UnknownName
from stories.models import Work


@dataclass(frozen=True, slots=True)
class RestoredText:
    """Unsaved text with which a form was filled. The form submits ``mark``, so that saving empties the slot."""

    label: str
    mark: str = ""


@dataclass(slots=True)
class FormState:
    """The state of one request.

    ``loaded_work`` is a work that has just been locked and read, for ``get_object`` to return once. ``locked_work`` is
    the work that this save has locked. During a trial save, ``is_trial`` is set, and ``merge_notice`` says what the
    save will be merged with. ``text_conflicts`` are the places at which the user has to choose.
    ``one_sided_changes`` is a pair of texts: the labels of the places that only this user changed, and of those that
    only the other side changed. ``fields_to_merge`` names the fields that contain both versions of a text, for the user
    to merge. ``unknown_names`` are the short names that name nothing, by the name of the field that contains them.
    ``questions_to_publish`` contains the uids of the questions to publish with the story.
    """

    conflict: Conflict | None = None
    loaded_work: Work | None = None
    locked_work: Work | None = None
    restored: RestoredText | None = None
    quick_fix_message: str = ""
    saved_message: str = ""
    is_trial: bool = False
    merge_notice: str = ""
    text_conflicts: list[TextConflict] = field(default_factory=list)
    one_sided_changes: tuple[str, str] = ("", "")
    fields_to_merge: list[str] = field(default_factory=list)
    unknown_names: dict[str, list[UnknownName]] = field(default_factory=dict)
    questions_to_publish: set[UUID] = field(default_factory=set)
    # Whether the page has just been checked, and the next review date; None if neither was entered.
    review_date: tuple[bool, date | None] | None = None


FORM_STATE = RequestState(FormState)
