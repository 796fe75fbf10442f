"""The URL configuration of the site, package by package."""

from django.contrib import admin
from django.urls import include, path

from newsroom.http.languages import in_each_language
from newsroom.operations.health import healthz, readyz
from stories.public.urls import urlpatterns_by_language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("newsroom.accounts.urls")),
    path("media/", include("newsroom.media.urls")),
    path("api/v1/", include("stories.public.api.urls")),
    in_each_language(urlpatterns_by_language),
    path("", include("newsroom.media.icon_urls")),
    path("", include("newsroom.site.urls")),
    path("", include("stories.urls")),
]

handler400 = "newsroom.site.errors.bad_request"
handler403 = "newsroom.site.errors.not_allowed"
handler404 = "newsroom.site.errors.not_found"
handler500 = "newsroom.site.errors.failed"
