"""The addresses of stories, questions and outlets."""

from django.urls import path

from stories.feeds import story_feed
from stories.views.front import front
from stories.views.preview import preview
from stories.views.questions import question, questions
from stories.views.search import search
from stories.views.sources import source, sources
from stories.views.stories import stories, story

urlpatterns = [
    path("", front, name="front"),
    path("stories/", stories, name="stories"),
    path("stories/<slug_u:slug>/", story, name="story"),
    path("questions/", questions, name="questions"),
    path("questions/<slug_u:slug>/", question, name="question"),
    path("sources/", sources, name="sources"),
    path("sources/<slug_u:slug>/", source, name="source"),
    path("search/", search, name="search"),
    path("feeds/stories.atom", story_feed, name="story_feed"),
    path("preview/<uuid:uid>/", preview, name="preview"),
]
