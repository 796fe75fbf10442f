"""The screen of proposed names: confirm a proposed topic or outlet, merge it into an existing one, or reject it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import DeskView
from stories.admin.views.lookups import MAX_EMBEDDED
from stories.models import Outlet, OutletKind
from stories.workflow import proposed_names
from topics.models import Topic, TopicKind

# The maximum number of names on the screen. The rest appear after the user has decided on some of these.
MAX_NAMES = 100


class DecisionForm(forms.Form):
    """Form for the decision on a proposed name."""

    what = forms.ChoiceField(choices=[("topic", "Topic"), ("outlet", "Outlet")], widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("confirm", "Confirm"), ("join", "Merge"), ("refuse", "Reject")])
    kind = forms.CharField(required=False)
    into = forms.CharField(required=False, max_length=200)

    def decide(self, *, by: User) -> str:
        """Carry out the decision and return a sentence that reports it.

        Raise ValidationError if the decision is refused, and NotAllowedError if the user may not confirm names.
        """
        name, is_topic = self.cleaned_data["name"], self.cleaned_data["what"] == "topic"
        match self.cleaned_data["decision"]:
            case "confirm":
                return _confirm(name, self.cleaned_data["kind"], is_topic=is_topic, by=by)
            case "join":
                return _merge(name, self.cleaned_data["into"], is_topic=is_topic, by=by)
            case _:
                reject: Callable[..., None] = proposed_names.reject_topic if is_topic else proposed_names.reject_outlet
                reject(name, by=by)
                return f"“{name}” removed from all drafts."


def _confirm(name: str, kind: str, *, is_topic: bool, by: User) -> str:
    if kind not in (TopicKind if is_topic else OutletKind).values:
        raise ValidationError({"kind": f"Choose what “{name}” is."})
    if is_topic:
        proposal = next(
            (each for each in proposed_names.list_proposed_names() if each.what == "topic" and each.name == name), None
        )
        description = proposal.description if proposal else ""
        return f"Topic “{proposed_names.confirm_topic(name, by=by, kind=kind, description=description)}” confirmed."
    return f"Outlet “{proposed_names.confirm_outlet(name, by=by, kind=kind)}” confirmed."


def _merge(name: str, into: str, *, is_topic: bool, by: User) -> str:
    if is_topic:
        if (topic := Topic.objects.with_name(into).first()) is None:
            raise ValidationError({"into": _describe_unknown("topic", into)})
        proposed_names.merge_name_into_topic(name, topic, by=by)
        return f"“{name}” merged into the topic “{topic}”."
    if (outlet := Outlet.objects.with_name(into).first()) is None:
        raise ValidationError({"into": _describe_unknown("outlet", into)})
    proposed_names.merge_name_into_outlet(name, outlet, by=by)
    return f"“{name}” merged into the outlet “{outlet}”."


def _describe_unknown(kind: str, name: str) -> str:
    return f"There is no {kind} called “{name}”." if name else f"Choose the {kind} to merge it into."


class DecisionFields(forms.Form):
    """The two fields in the row of a proposed name. After a refusal, they show the submitted values and the errors."""

    kind = forms.ChoiceField(label="Kind", required=False)
    into = forms.CharField(label="Or merge into", required=False)

    def __init__(self, proposal: proposed_names.ProposedName, number: int, refused: DecisionForm | None = None) -> None:
        super().__init__(refused.data if refused else None, auto_id=f"name-{number}-%s")
        is_topic = proposal.what == "topic"
        kinds = TopicKind.choices if is_topic else OutletKind.choices
        self.fields["kind"].choices = [("", "Choose …"), *kinds]  # type: ignore[attr-defined]
        self.fields["into"].widget = NameInput("topic-names" if is_topic else "outlet-names", known_only=True)
        if refused:
            self.full_clean()
            for name, reasons in refused.errors.as_data().items():
                self.add_error(name, ValidationError(reasons))
        focus_first_error(self)


class ProposedNamesView(DeskView):
    """List at most ``MAX_NAMES`` proposed names with the works that use them, and carry out a decision."""

    permission = proposed_names.CONFIRM_PERMISSION
    template_name = "admin/proposed_names.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DecisionForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Choose an action for this name.")
            return redirect("admin:proposed_names")
        try:
            messages.success(request, form.decide(by=signed_in_user(request)))
        except ValidationError as refusal:
            form.add_error(None if hasattr(refusal, "error_dict") else "kind", refusal)
            return self.show(form)
        return redirect("admin:proposed_names")

    def show(self, refused: DecisionForm | None) -> HttpResponse:
        rows = []
        proposals = proposed_names.list_proposed_names()
        refused_key = (refused.cleaned_data["what"], refused.cleaned_data["name"]) if refused else None
        for number, proposal in enumerate(proposals[:MAX_NAMES]):
            is_refused = (proposal.what, proposal.name) == refused_key
            rows.append((proposal, DecisionFields(proposal, number, refused if is_refused else None)))
        return self.render(
            {
                "title": "Proposed names",
                "rows": rows,
                "has_more": len(proposals) > MAX_NAMES,
                "suggestions": {
                    "topic-names": list(Topic.objects.unmerged().values_list("name", flat=True)[:MAX_EMBEDDED]),
                    "outlet-names": list(Outlet.objects.unmerged().values_list("name", flat=True)[:MAX_EMBEDDED]),
                },
            }
        )
