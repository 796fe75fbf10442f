"""The form that decides on one proposed name: confirm it, merge it into a topic or an outlet, or reject it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from newsroom.accounts.models import User
from newsroom.desk.forms.name_fields import NameInput
from newsroom.text.fold import fold
from stories.admin.forms.new_names import NAME_KINDS
from stories.models import Outlet
from stories.workflow import proposed_names
from stories.workflow.proposed_names import ProposedName
from topics.models import Topic


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: the sentence that reports it, and the name that takes the place of the proposed one, or ""."""

    said: str
    name: str = ""


class DecisionForm(forms.Form):
    """The form in the row of a proposed name.

    Use ``proposal`` to show it, and ``data`` to decide. ``number`` distinguishes the fields of several rows.
    """

    what = forms.ChoiceField(choices=[("topic", "Topic"), ("outlet", "Outlet")], widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("confirm", "Confirm"), ("merge", "Merge"), ("reject", "Reject")])
    kind = forms.ChoiceField(label="Kind", required=False)
    into = forms.CharField(label="Or merge into", required=False, max_length=200)

    def __init__(self, data: QueryDict | None = None, *, proposal: ProposedName | None = None, number: int = 0) -> None:
        initial = {"what": proposal.what, "name": proposal.name} if proposal else None
        super().__init__(data, initial=initial, auto_id=f"name-{number}-%s")
        self.decided: Topic | Outlet | None = None
        what = self["what"].value()
        self.fields["kind"].choices = [("", "Choose …"), *NAME_KINDS.get(what, [])]  # type: ignore[attr-defined]
        self.fields["into"].widget = NameInput(f"{what}-names", known_only=True)

    @property
    def key(self) -> tuple[str, str]:
        """The kind and the name that the form decides on."""
        return str(self["what"].value()), str(self["name"].value())

    @property
    def is_decision(self) -> bool:
        """Whether the submitted form says what to do with which name, even if a detail is missing."""
        return not self.errors.keys() & {"what", "name", "decision"}

    def clean(self) -> dict[str, Any]:
        """Find the topic or outlet to merge into, and what somebody else has decided meanwhile.

        Unless the name is decided already, a confirmation requires a kind, and a merge requires a known name.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.is_decision:
            return cleaned
        what, name, into = cleaned["what"], cleaned["name"], cleaned.get("into", "")
        self.decided = proposed_names.find_decided(what, name)
        if self.decided:
            return cleaned
        if cleaned["decision"] == "confirm" and not cleaned.get("kind"):
            self.add_error("kind", f"Choose what “{name}” is.")
        elif cleaned["decision"] == "merge":
            cleaned["into"] = proposed_names.find_entity(what, into)
            if cleaned["into"] is None:
                message = f"There is no {what} called “{into}”." if into else f"Choose the {what} to merge it into."
                self.add_error("into", message)
        return cleaned

    def decide(self, *, by: User) -> Decision | None:
        """Carry out the decision of a valid form and return it, or return what somebody else has decided meanwhile.

        Add an error and return None if the decision is refused. Raise NotAllowedError if the user may not confirm names.
        """
        name = self.cleaned_data["name"]
        if self.decided:
            is_same = fold(self.decided.name) == fold(name)
            words = f"Confirmed: {self.decided}" if is_same else f"“{name}” is now “{self.decided}”."
            return Decision(words, self.decided.name)
        decision = self.cleaned_data["decision"]
        try:
            return self._decide(decision, by=by)
        except ValidationError as refusal:
            self.add_error("into" if decision == "merge" else "kind", refusal.messages)
            return None

    def _decide(self, decision: str, *, by: User) -> Decision:
        what, name = self.cleaned_data["what"], self.cleaned_data["name"]
        match decision:
            case "confirm":
                proposal = proposed_names.find_proposal(what, name) or ProposedName(what, name, fold(name))
                entity = proposed_names.confirm_name(proposal, kind=self.cleaned_data["kind"], by=by)
                return Decision(f"Confirmed: {entity}", entity.name)
            case "merge":
                entity = self.cleaned_data["into"]
                proposed_names.merge_name(name, entity, by=by)
                return Decision(f"“{name}” merged into the {what} “{entity}”.", entity.name)
            case _:
                proposed_names.reject_name(what, name, by=by)
                return Decision(f"“{name}” removed from all drafts.")
