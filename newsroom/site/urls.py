"""The addresses of the pages about us."""

from django.urls import path

from newsroom.site.views import about, robots

urlpatterns = [
    path("about/<slug_u:slug>/", about, name="about"),
    path("robots.txt", robots, name="robots"),
]
