"""The view that reopens a reader report."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.views import ModelView
from stories.workflow.reader_reports import verbs


class ReopenReportView(ModelView):
    permission = verbs.DECIDE_PERMISSION

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        report = self.model_admin.get_object(request, str(key))
        if report is None:
            raise Http404
        try:
            verbs.reopen_report(report, by=signed_in_user(request))
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, "Report reopened.")
        return redirect(self.address("change", report.pk))
