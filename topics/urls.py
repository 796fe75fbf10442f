"""The URLs of topics."""

from django.urls import path

from topics.views import topic, topics

# They exist in each language of the site.
urlpatterns_by_language = [
    path("topics/", topics, name="topics"),
    path("topics/<slug_u:slug>/", topic, name="topic"),
]
