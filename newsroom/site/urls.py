"""The URLs of about pages, ``robots.txt``, ``llms.txt``, ``security.txt`` and the IndexNow key."""

from django.urls import path

from newsroom.site.views import about
from newsroom.site.well_known import indexnow_key, llms_txt, robots_txt, security_txt

urlpatterns = [
    path("about/<slug_u:slug>/", about, name="about"),
    path("robots.txt", robots_txt, name="robots"),
    path("llms.txt", llms_txt, name="llms"),
    path(".well-known/security.txt", security_txt, name="security"),
    path("<str:key>.txt", indexnow_key, name="indexnow_key"),
]
