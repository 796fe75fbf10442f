"""The screen of proposed names: confirm a proposed topic or outlet, merge it into an existing one, or reject it.

A form whose rows use a proposed name sends its decisions here too, and gets them answered as JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error, json_refusal, safe_next_url
from newsroom.desk.views import DeskView
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from newsroom.text.fold import fold
from stories.admin.forms.new_names import NAME_KINDS
from stories.admin.views.lookups import MAX_EMBEDDED
from stories.drafts import revisions
from stories.models import Outlet, OutletKind
from stories.workflow import proposed_names
from topics.models import Topic, TopicKind

# The maximum number of names on the screen. The rest appear after the user has decided on some of these.
MAX_NAMES = 100


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: the sentence that reports it, and the name that takes the place of the proposed one, or ""."""

    said: str
    name: str = ""


class DecisionForm(forms.Form):
    """Form for the decision on a proposed name."""

    what = forms.ChoiceField(choices=[("topic", "Topic"), ("outlet", "Outlet")], widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[("confirm", "Confirm"), ("join", "Merge"), ("refuse", "Reject")])
    kind = forms.CharField(required=False)
    into = forms.CharField(required=False, max_length=200)

    def decide(self, *, by: User) -> Decision:
        """Carry out the decision and return it, or return what somebody else has decided meanwhile.

        Raise ValidationError if the decision is refused, and NotAllowedError if the user may not confirm names.
        """
        name, is_topic = self.cleaned_data["name"], self.cleaned_data["what"] == "topic"
        if decided := proposed_names.find_decided(self.cleaned_data["what"], name):
            words = f"Confirmed: {decided}" if fold(decided.name) == fold(name) else f"“{name}” is now “{decided}”."
            return Decision(words, decided.name)
        match self.cleaned_data["decision"]:
            case "confirm":
                return _confirm(name, self.cleaned_data["kind"], is_topic=is_topic, by=by)
            case "join":
                return _merge(name, self.cleaned_data["into"], is_topic=is_topic, by=by)
            case _:
                reject: Callable[..., None] = proposed_names.reject_topic if is_topic else proposed_names.reject_outlet
                reject(name, by=by)
                return Decision(f"“{name}” removed from all drafts.")


def _confirm(name: str, kind: str, *, is_topic: bool, by: User) -> Decision:
    if kind not in (TopicKind if is_topic else OutletKind).values:
        raise ValidationError({"kind": f"Choose what “{name}” is."})
    if is_topic:
        proposal = next(
            (each for each in proposed_names.list_proposed_names() if each.what == "topic" and each.name == name), None
        )
        description = proposal.description if proposal else ""
        topic = proposed_names.confirm_topic(name, by=by, kind=kind, description=description)
        return Decision(f"Confirmed: {topic}", topic.name)
    outlet = proposed_names.confirm_outlet(name, by=by, kind=kind)
    return Decision(f"Confirmed: {outlet}", outlet.name)


def _merge(name: str, into: str, *, is_topic: bool, by: User) -> Decision:
    if is_topic:
        if (topic := Topic.objects.with_name(into).first()) is None:
            raise ValidationError({"into": _describe_unknown("topic", into)})
        proposed_names.merge_name_into_topic(name, topic, by=by)
        return Decision(f"“{name}” merged into the topic “{topic}”.", topic.name)
    if (outlet := Outlet.objects.with_name(into).first()) is None:
        raise ValidationError({"into": _describe_unknown("outlet", into)})
    proposed_names.merge_name_into_outlet(name, outlet, by=by)
    return Decision(f"“{name}” merged into the outlet “{outlet}”.", outlet.name)


def _describe_unknown(kind: str, name: str) -> str:
    return f"There is no {kind} called “{name}”." if name else f"Choose the {kind} to merge it into."


class DecisionFields(forms.Form):
    """The two fields in the row of a proposed name. After a refusal, they show the submitted values and the errors."""

    kind = forms.ChoiceField(label="Kind", required=False)
    into = forms.CharField(label="Or merge into", required=False)

    def __init__(self, proposal: proposed_names.ProposedName, number: int, refused: DecisionForm | None = None) -> None:
        super().__init__(refused.data if refused else None, auto_id=f"name-{number}-%s")
        self.fields["kind"].choices = [("", "Choose …"), *NAME_KINDS[proposal.what]]  # type: ignore[attr-defined]
        self.fields["into"].widget = NameInput(f"{proposal.what}-names", known_only=True)
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
        if request.accepts("application/json") and not request.accepts("text/html"):
            return self.decide_in_row(form)
        if not form.is_valid():
            messages.error(request, "Choose an action for this name.")
            return redirect(request.get_full_path())
        try:
            messages.success(request, form.decide(by=signed_in_user(request)).said)
        except ValidationError as refusal:
            form.add_error(None if hasattr(refusal, "error_dict") else "kind", refusal)
            return self.show(form)
        return redirect(request.get_full_path())

    def decide_in_row(self, form: DecisionForm) -> JsonResponse:
        """Return the decision for the form of a work, and the revision that it made if the form shows the one before."""
        if not form.is_valid():
            return json_refusal("Choose an action for this name.")
        work = parse_number(self.request.POST.get("work", ""), digits=MAX_KEY_DIGITS)
        shown = parse_number(self.request.POST.get("revision", ""), digits=MAX_KEY_DIGITS)
        before = revisions.get_newest_by_key(work) if work else None
        by = signed_in_user(self.request)
        try:
            decision = form.decide(by=by)
        except ValidationError as refusal:
            return json_refusal(" ".join(refusal.messages))
        after = revisions.get_newest_by_key(work) if work and before and before.number == shown else None
        is_next = after and before and after.number == before.number + 1 and after.created_by_id == by.pk
        number = after.number if after and is_next and after.reason else None
        return JsonResponse({"said": decision.said, "name": decision.name, "revision": number})

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
                "next_url": (next_url := safe_next_url(self.request.GET.get("next", ""))),
                "next_name": "question" if "/faq/" in next_url else "story",
                "suggestions": {
                    "topic-names": list(Topic.objects.unmerged().values_list("name", flat=True)[:MAX_EMBEDDED]),
                    "outlet-names": list(Outlet.objects.unmerged().values_list("name", flat=True)[:MAX_EMBEDDED]),
                },
            }
        )
