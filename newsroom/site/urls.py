"""The addresses of the pages about us."""

from django.urls import path

from newsroom.site.views import about, robots

# In each language of the site.
lists = [
    path("about/<slug_u:slug>/", about, name="about"),
]

urlpatterns = [
    path("robots.txt", robots, name="robots"),
]
