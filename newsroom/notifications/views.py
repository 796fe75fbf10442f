"""The screens for notifications: the inbox and the preferences of a user."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from newsroom.desk.views import DeskFormView, DeskView
from newsroom.notifications.inbox import InboxPage
from newsroom.notifications.models import Channel, Notice, NoticeKind
from newsroom.notifications.preferences import DEFAULT_CHANNELS, can_receive_mail, preferences_of, save_preferences


class PreferencesForm(forms.Form):
    """A form with one field for each kind of notification."""

    def __init__(self, data: object, preferences: dict[NoticeKind, Channel]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # request.POST or None
        for kind in NoticeKind:
            choices = [
                (
                    channel.value,
                    f"{channel.label} (default)" if channel == DEFAULT_CHANNELS[kind] else channel.label,
                )
                for channel in Channel
            ]
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=choices,
                initial=preferences[kind].value,
                error_messages={"required": "Choose an option.", "invalid_choice": "Choose an option."},
            )

    @property
    def channels(self) -> dict[NoticeKind, Channel]:
        """The chosen channel for each kind."""
        return {NoticeKind(kind): Channel(channel) for kind, channel in self.cleaned_data.items()}


class InboxView(DeskView):
    """List the user's notifications. A POST marks as read all notifications up to the newest that the page showed."""

    template_name = "admin/notifications/inbox.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = InboxPage.load(self.by, after=request.GET.get("after", ""))
        return self.render(
            {
                "title": "Notifications",
                "page": page,
                "unread": [notice for notice in page.notices if notice.read_at is None],
                "newest": max((notice.pk for notice in page.notices), default=0),
                "is_first": "after" not in request.GET,
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        count = Notice.objects.for_user(self.by).up_to_key(request.POST.get("newest", "")).mark_read(at=self.at)
        messages.success(request, f"{count} notification{'' if count == 1 else 's'} marked as read.")
        return redirect("admin:notifications")


class NotificationView(DeskView):
    """Mark a notification as read, and redirect to its object, or to the inbox after a POST."""

    notice: Notice

    def prepare(self) -> None:
        own = Notice.objects.for_user(self.by)
        notice = own.get_by_key(self.kwargs["key"])
        if notice is None:
            raise Http404
        own.only_this(notice).mark_read(at=self.at)
        self.notice = notice

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        return redirect(self.notice.address)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        return redirect("admin:notifications")


class PreferencesView(DeskFormView):
    """Show the user's preferences, and save them on POST."""

    template_name = "admin/notifications/preferences.html"

    def make_form(self, data: QueryDict | None) -> PreferencesForm:
        return PreferencesForm(data, preferences_of(self.by))

    def submit(self, form: PreferencesForm) -> HttpResponse:
        save_preferences(self.by, form.channels)
        messages.success(self.request, "Saved.")
        return redirect("admin:notification_preferences")

    def show(self, form: PreferencesForm, **context: Any) -> HttpResponse:
        context = {
            "title": "Notification settings",
            "is_mail_set_up": settings.EMAIL_CONFIGURED,
            "gets_mail": can_receive_mail(self.by),
        }
        return self.render({"form": form, **context}, status=422 if form.errors else 200)
