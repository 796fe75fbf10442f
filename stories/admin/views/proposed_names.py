"""The screen of proposed names: confirm a proposed topic or outlet, merge it into an existing one, or reject it.

A form whose rows use a proposed name sends its decisions here too, and gets them answered as JSON.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import focus_first_error, json_refusal, safe_next_url
from newsroom.desk.views import DeskView
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from stories.admin.forms.proposed_names import DecisionForm
from stories.admin.views.lookups import MAX_EMBEDDED
from stories.drafts import revisions
from stories.models import Outlet
from stories.workflow import proposed_names
from topics.models import Topic

# The maximum number of names on the screen. The rest appear after the user has decided on some of these.
MAX_NAMES = 100
NO_DECISION = "Choose an action for this name."


class ProposedNamesView(DeskView):
    """List at most ``MAX_NAMES`` proposed names with the works that use them, and carry out a decision."""

    permission = proposed_names.CONFIRM_PERMISSION
    template_name = "admin/proposed_names.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DecisionForm(request.POST)
        if request.accepts("application/json") and not request.accepts("text/html"):
            return self.decide_in_row(form)
        decision = form.decide(by=signed_in_user(request)) if form.is_valid() else None
        if not form.is_decision:
            messages.error(request, NO_DECISION)
        elif decision is None:
            return self.show(form)
        else:
            messages.success(request, decision.said)
        return redirect(request.get_full_path())

    def decide_in_row(self, form: DecisionForm) -> JsonResponse:
        """Return the decision for the form of a work, and the revision that it made if the form shows the one before."""
        by = signed_in_user(self.request)
        work = parse_number(self.request.POST.get("work", ""), digits=MAX_KEY_DIGITS)
        shown = parse_number(self.request.POST.get("revision", ""), digits=MAX_KEY_DIGITS)
        before = revisions.get_newest_by_key(work) if work else None
        decision = form.decide(by=by) if form.is_valid() else None
        if decision is None:
            reasons = [str(reason) for errors in form.errors.values() for reason in errors]
            return json_refusal(" ".join(reasons) if form.is_decision else NO_DECISION)
        made = revisions.find_made_by_verb(before, by=by) if before and before.number == shown else None
        return JsonResponse({"said": decision.said, "name": decision.name, "revision": made.number if made else None})

    def show(self, refused: DecisionForm | None = None) -> HttpResponse:
        rows = []
        proposals = proposed_names.list_proposed_names()
        for number, proposal in enumerate(proposals[:MAX_NAMES]):
            if refused and refused.key == (proposal.what, proposal.name):
                refused.auto_id = f"name-{number}-%s"
                rows.append((proposal, focus_first_error(refused)))
            else:
                rows.append((proposal, DecisionForm(proposal=proposal, number=number)))
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
