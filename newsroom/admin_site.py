"""The one admin site: who may enter, and what it is called."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse


class NewsroomAdminSite(admin.AdminSite):
    """The desk. Signing in happens under ``/accounts/``, where attempts are throttled."""

    site_header = settings.SITE_NAME
    site_title = f"{settings.SITE_NAME} desk"
    index_title = "Desk"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Lead to the sign-in page of the accounts, or say that this account has no place at the desk."""
        return secure_admin_login(super().login)(request, extra_context)
