"""The URL configuration of the site, package by package."""

from django.contrib import admin
from django.urls import include, path

from newsroom.http.languages import in_each_language
from newsroom.operations.health import healthz, readyz
from stories.public import sitemaps
from stories.public.sitemaps import KINDS
from stories.public.urls import lists as story_lists
from topics.urls import urlpatterns_by_language as topic_lists

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("newsroom.accounts.urls")),
    path("media/", include("newsroom.media.urls")),
    path("api/v1/", include("stories.public.api.urls")),
    in_each_language([*topic_lists, *story_lists]),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    *(
        path(f"sitemap-{kind}-<ordinal:number>.xml", sitemaps.part, {"kind": kind}, name=f"sitemap_{kind}")
        for kind in KINDS
    ),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("", include("newsroom.site.urls")),
    path("", include("stories.urls")),
]

handler400 = "newsroom.site.errors.bad_request"
handler403 = "newsroom.site.errors.not_allowed"
handler404 = "newsroom.site.errors.not_found"
handler500 = "newsroom.site.errors.failed"
