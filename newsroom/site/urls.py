"""The URLs of about pages, ``robots.txt``, ``llms.txt``, ``security.txt`` and the IndexNow key."""

from django.urls import path

from newsroom.site.views import about
from newsroom.site.well_known import indexnow_key, llms, robots, security

urlpatterns = [
    path("about/<slug_u:slug>/", about, name="about"),
    path("robots.txt", robots, name="robots"),
    path("llms.txt", llms, name="llms"),
    path(".well-known/security.txt", security, name="security"),
    path("<str:key>.txt", indexnow_key, name="indexnow_key"),
]
