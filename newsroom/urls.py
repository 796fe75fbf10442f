"""Every address of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

from newsroom.site.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("newsroom.accounts.urls")),
    path("media/", include("newsroom.media.urls")),
    path("", include("newsroom.site.urls")),
    path("", include("topics.urls")),
    path("", include("stories.urls")),
]
