"""The screens of notifications: the inbox, and the preferences of a user."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from newsroom.desk.views import DeskFormView, DeskView
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


class InboxView(DeskView):
    """List the notifications of the user. A POST marks those as read that the page showed."""

    template_name = "admin/notifications/inbox.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = InboxPage.load(self.by, after=request.GET.get("after", ""))
        return self.render(
            {
                "title": "Notices",
                "page": page,
                "unread": [notice for notice in page.notices if notice.read_at is None],
                "newest": max((notice.pk for notice in page.notices), default=0),
                "is_first": "after" not in request.GET,
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        count = Notice.objects.of(self.by).seen_up_to(request.POST.get("newest", "")).read(at=self.at)
        messages.success(request, f"{count} notice{' was' if count == 1 else 's were'} marked as read.")
        return redirect("admin:notifications")


class NotificationView(DeskView):
    """Mark a notification as read and redirect to its object; a POST redirects to the inbox."""

    notice: Notice

    def prepare(self) -> None:
        mine = Notice.objects.of(self.by)
        notice = mine.keyed(self.kwargs["key"])
        if notice is None:
            raise Http404
        mine.alone(notice).read(at=self.at)
        self.notice = notice

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        return redirect(self.notice.address)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        return redirect("admin:notifications")


class PreferencesView(DeskFormView):
    """Show the preferences of the user, or store them."""

    template_name = "admin/notifications/preferences.html"

    def make_form(self, data: QueryDict | None) -> PreferencesForm:
        return PreferencesForm(data, preferences_of(self.by))

    def submit(self, form: PreferencesForm) -> HttpResponse:
        save_preferences(self.by, form.ways)
        messages.success(self.request, "Kept. That is how you are told from now on.")
        return redirect("admin:notification_preferences")

    def show(self, form: PreferencesForm, **context: Any) -> HttpResponse:
        shown = {
            "title": "What you are told",
            "is_mail_set_up": settings.EMAIL_CONFIGURED,
            "gets_mail": can_receive_mail(self.by),
        }
        return self.render({"form": form, **shown}, status=422 if form.errors else 200)
