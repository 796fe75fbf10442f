"""Views for the reader report form."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsroom.desk.responses import focus_first_error
from newsroom.http.client_ip import client_address
from newsroom.http.clock import request_time
from newsroom.page_cache.responses import public_page
from newsroom.site.reader_reports import submit
from newsroom.site.reader_reports.form import ReportForm
from newsroom.site.reader_reports.models import EMAIL_DAYS
from newsroom.site.reader_reports.same_origin import has_allowed_length, is_same_origin
from newsroom.site.reader_reports.submit import ReportSubject
from stories.workflow.reader_reports import verbs
from stories.workflow.reader_reports.subject import ReportedPage, find_reported_page, get_form_language


@csrf_exempt  # a CSRF token would need a cookie; newsroom.site.reader_reports.same_origin checks the origin instead
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponseBase:
    """Show the form, which is the same for every reader, or receive a submitted report."""
    if request.method != "POST":
        return empty_form(request)
    response = _receive(request)
    patch_cache_control(response, private=True, no_store=True)
    return response


@public_page
def empty_form(request: HttpRequest) -> HttpResponse:
    """Show the empty form."""
    page = _get_page(request, request.GET)
    with translation.override(get_form_language(page)):
        return _render_form(request, ReportForm(), page)


@public_page
def thanks(request: HttpRequest) -> HttpResponse:
    """Confirm that the report was received, and say what happens next."""
    page = _get_page(request, request.GET)
    with translation.override(get_form_language(page)):
        return render(request, "reader_reports/thanks.html", {"page": page, "days": EMAIL_DAYS})


def _receive(request: HttpRequest) -> HttpResponse:
    if not has_allowed_length(request):
        raise RequestDataTooBig("This report is too long.")
    form, page = ReportForm(request.POST), _get_page(request, request.POST)
    with translation.override(get_form_language(page)):
        if not is_same_origin(request):
            return _render_form(request, form, page, refusal=_wrong_origin_message(), status=403)
        if not form.is_spam:
            if not form.is_valid():
                return _render_form(request, focus_first_error(form), page, status=422)
            if not submit.allow_report(client_address(request)):
                response = _render_form(request, form, page, refusal=_rate_limit_message(), status=429)
                response["Retry-After"] = str(submit.LIMIT_SECONDS)
                return response
            data = form.cleaned_data
            verbs.receive_report(
                data, page.about if page else ReportSubject.from_page(data["page"]), at=request_time(request)
            )
    response = redirect(reverse("reader_report_thanks", query={"page": page.about.path} if page else None))
    response.status_code = 303  # See Other: the client fetches the next page with GET (RFC 9110, 15.4.4)
    return response


def _get_page(request: HttpRequest, data: QueryDict) -> ReportedPage | None:
    return find_reported_page(data.get("page", ""), edition=data.get("edition", ""), at=request_time(request))


def _render_form(
    request: HttpRequest, form: ReportForm, page: ReportedPage | None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "page": page, "refusal": refusal}
    return render(request, "reader_reports/report.html", context, status=status)


def _wrong_origin_message() -> str:
    return _("Your report has not been sent. Check it, then send it from this page.")


def _rate_limit_message() -> str:
    return _("Too many reports have come in, so yours has not been sent. Keep this page open and try again in an hour.")
