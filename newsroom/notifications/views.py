"""The screens of notifications: the inbox, and the preferences of a user."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from newsroom.desk.responses import require_user
from newsroom.http.clock import request_time
from newsroom.notifications.inbox import InboxPage
from newsroom.notifications.models import Notice, NoticeKind, Way
from newsroom.notifications.preferences import DEFAULT_CHANNELS, can_receive_mail, preferences_of, save_preferences


class PreferencesForm(forms.Form):
    """A form with one choice for each kind of notification."""

    def __init__(self, data: object, chosen: dict[NoticeKind, Way]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # request.POST or None
        for kind in NoticeKind:
            ways = [
                (way.value, f"{way.label} (as it comes)" if way == DEFAULT_CHANNELS[kind] else way.label) for way in Way
            ]
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=ways,
                initial=chosen[kind].value,
                error_messages={"required": "Choose one of the ways.", "invalid_choice": "Choose one of the ways."},
            )

    @property
    def ways(self) -> dict[NoticeKind, Way]:
        """The choice for each kind."""
        return {NoticeKind(kind): Way(way) for kind, way in self.cleaned_data.items()}


def inbox(request: HttpRequest) -> HttpResponse:
    """List the notifications of the user. A POST marks those as read that the page showed."""
    person = require_user(request)
    if request.method == "POST":
        count = Notice.objects.of(person).seen_up_to(request.POST.get("newest", "")).read(at=request_time(request))
        messages.success(request, f"{count} notice{' was' if count == 1 else 's were'} marked as read.")
        return redirect("admin:notices")
    page = InboxPage.load(person, after=request.GET.get("after", ""))
    context = {
        **admin.site.each_context(request),
        "title": "Notices",
        "page": page,
        "unread": [notice for notice in page.notices if notice.read_at is None],
        "newest": max((notice.pk for notice in page.notices), default=0),
        "is_first": "after" not in request.GET,
    }
    return TemplateResponse(request, "admin/notifications/inbox.html", context)


def open_notification(request: HttpRequest, key: int) -> HttpResponse:
    """Mark a notification as read and redirect to its object; a POST redirects to the inbox."""
    mine = Notice.objects.of(require_user(request))
    found = mine.keyed(key)
    if found is None:
        raise Http404
    mine.alone(found).read(at=request_time(request))
    return redirect("admin:notices") if request.method == "POST" else redirect(found.address)


def preferences(request: HttpRequest) -> HttpResponse:
    """Show the preferences of the user, or store them."""
    person = require_user(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, preferences_of(person))
    if request.method == "POST" and form.is_valid():
        save_preferences(person, form.ways)
        messages.success(request, "Kept. That is how you are told from now on.")
        return redirect("admin:notice_choices")
    context = {
        **admin.site.each_context(request),
        "title": "What you are told",
        "form": form,
        "is_mail_set_up": settings.EMAIL_CONFIGURED,
        "gets_mail": can_receive_mail(person),
    }
    return TemplateResponse(
        request, "admin/notifications/preferences.html", context, status=422 if form.errors else 200
    )
