"""URL patterns of the about pages, ``robots.txt``, ``llms.txt``, ``security.txt`` and the IndexNow key."""

from django.urls import path

from newsroom.public_pages import PublicPage
from newsroom.site.views import about, get_about_page
from newsroom.site.well_known import indexnow_key, llms_txt, robots_txt, security_txt

urlpatterns = [
    PublicPage(
        "about/<slug_u:slug>/",
        about,
        name="about",
        kind="about",
        subject=get_about_page,
        schema_type="AboutPage",
        is_stored=True,
        queries=3,
    ),
    PublicPage("robots.txt", robots_txt, name="robots", queries=0),
    PublicPage("llms.txt", llms_txt, name="llms", queries=1),
    PublicPage(".well-known/security.txt", security_txt, name="security", queries=0),
    path("<str:key>.txt", indexnow_key, name="indexnow_key"),
]
