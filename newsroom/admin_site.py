"""The admin site of the desk: access, and the screens that belong to no single model."""

from functools import update_wrapper
from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from newsroom.db.outages import is_deadlock
from newsroom.desk.activity import report_activity
from newsroom.desk.moved_addresses import moved_addresses
from newsroom.desk.navigation import load_navigation
from newsroom.desk.responses import refusal_page, submitted_text
from newsroom.desk.views import DeskView
from newsroom.media.editor_uploads import PictureUploadView
from newsroom.notifications.inbox import unread_count
from newsroom.operations import site_state


class NewsroomAdminSite(admin.AdminSite):
    """The admin site of the desk. Users sign in under ``/accounts/``, where attempts are rate-limited."""

    site_header = settings.SITE_NAME
    site_title = f"{settings.SITE_NAME} desk"
    index_title = "Desk"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Redirect to the sign-in page or, if the user is signed in, to the desk.

        Raise PermissionDenied for a signed-in user without access to the desk.
        """
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Redirect to the page of the account, where attempts are rate-limited and a new password ends other sessions."""
        return redirect("account_change_password")

    password_change_done = password_change

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a view: no submitted text is lost when a session ends, and a deadlock leads to one retry.

        If the session has ended, the response contains the submitted text. Requests with files are not retried.
        """
        admin_view = super().admin_view(view, cacheable)

        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated and submitted_text(request):
                message = "You are signed out and your text was not saved. Sign in, open the form again and paste it."
                sign_in_url = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
                return refusal_page(request, "Sign in again", message, status=403, sign_in=sign_in_url)
            response: HttpResponse
            try:
                response = admin_view(request, *args, **kwargs)
            except OperationalError as error:
                # The transaction was rolled back, so nothing happens twice. Uploaded files cannot be read again.
                if not is_deadlock(error) or request.FILES:
                    raise
                response = admin_view(request, *args, **kwargs)
            return response

        return update_wrapper(wrapper, admin_view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the URL patterns of the site, with the screens that belong to no single model."""
        # Imported here and below, not at the top, because these modules register their screens on this site.
        from newsroom.background.health_screen import HealthView
        from newsroom.notifications.views import InboxView, NotificationView, PreferencesView
        from stories.admin.calendar import CalendarView, MoveView
        from stories.admin.views.bulk import BulkProgressView, BulkRunsView, BulkRunView
        from stories.admin.views.check_levels import CheckLevelsView
        from stories.admin.views.due_forecasts import DecideForecastView, DueForecastsView
        from stories.admin.views.front_page import FrontPageView
        from stories.admin.views.help import HelpView
        from stories.admin.views.import_text import ImportView
        from stories.admin.views.lookups import (
            create_entity_view,
            find_article_view,
            find_similar_works,
            propose_expiry_view,
            read_forecast_view,
            suggest_links,
            suggest_names_view,
        )
        from stories.admin.views.markdown_preview import ReferencePreviewView
        from stories.admin.views.proposed_names import ProposedNamesView
        from stories.admin.views.replace_image import ReplaceImageView, ReplaceInDraftsView
        from stories.admin.views.search import SearchView
        from stories.admin.views.staff_bar import staff_bar
        from topics.navigation_screen import NavigationView

        def screen(route: str, view: type[DeskView], name: str) -> URLPattern:
            pattern: URLPattern = path(route, self.admin_view(view.as_view()), name=name)
            return pattern

        return [
            *moved_addresses(),
            path("activity/", report_activity, name="activity"),
            path("markdown/markdownify/", ReferencePreviewView.as_view(), name="markdown_preview"),
            path("markdown/upload/", PictureUploadView.as_view(), name="upload_editor_image"),
            path("markdown/linking/", suggest_links, name="link_suggestions"),
            path("sources/at/", find_article_view, name="find_article"),
            path("forecasts/read/", read_forecast_view, name="read_forecast"),
            path("answers/expiry/", propose_expiry_view, name="propose_expiry"),
            path("bar/", staff_bar, name="staff_bar"),
            path("similar/", find_similar_works, name="similar_works"),
            path("names/offers/", self.admin_view(suggest_names_view), name="name_suggestions"),
            path("names/new/<str:what>/", self.admin_view(create_entity_view), name="create_entity"),
            screen("health/", HealthView, "health"),
            screen("help/", HelpView, "help"),
            screen("import/", ImportView, "import_text"),
            screen("forecasts/", DueForecastsView, "due_forecasts"),
            screen("forecasts/<int:key>/<uuid:uid>/", DecideForecastView, "decide_forecast"),
            screen("front/", FrontPageView, "front_page"),
            screen("navigation/", NavigationView, "navigation"),
            screen("checks/", CheckLevelsView, "check_levels"),
            screen("bulk/", BulkRunsView, "bulk_runs"),
            screen("bulk/<int:key>/", BulkRunView, "bulk_run"),
            screen("bulk/<int:key>/progress/", BulkProgressView, "bulk_progress"),
            screen("search/", SearchView, "search"),
            screen("names/", ProposedNamesView, "proposed_names"),
            screen("calendar/", CalendarView, "calendar"),
            screen("calendar/move/", MoveView, "calendar_move"),
            screen("notices/", InboxView, "notifications"),
            screen("notices/choices/", PreferencesView, "notification_preferences"),
            screen("notices/<int:key>/", NotificationView, "notification"),
            screen("pictures/<int:key>/replace/", ReplaceImageView, "replace_image"),
            screen("pictures/<int:key>/replace/<int:new>/", ReplaceInDraftsView, "replace_image_in_drafts"),
            # Without Django's “view on site”, which redirects to any object by its key, even one hidden from the user.
            *(pattern for pattern in super().get_urls() if getattr(pattern, "name", None) != "view_on_site"),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the dashboard."""
        from stories.admin.dashboard import load_home

        return super().index(request, {**load_home(request), **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return the context of every screen, with the main navigation."""
        context: dict[str, Any] = super().each_context(request)
        if not isinstance(request.user, AbstractUser) or not self.has_permission(request):
            return context
        is_quiet = request.user.has_perm("jobs.view_failure") and site_state.is_quiet()
        return context | {
            "navigation": load_navigation(request),
            "unread_count": unread_count(request.user),
            "quiet_warning": site_state.NOT_LIVE if is_quiet else "",
        }
