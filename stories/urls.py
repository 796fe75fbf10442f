"""The addresses of stories, questions and outlets."""

from django.urls import path

from stories.feeds import correction_feed, story_feed
from stories.views.corrections import corrections
from stories.views.front import front
from stories.views.history import edition, history
from stories.views.preview import picture as preview_picture
from stories.views.preview import preview
from stories.views.preview import question as preview_question
from stories.views.questions import question, questions
from stories.views.search import search
from stories.views.sources import source, sources
from stories.views.stories import stories, story

# In each language of the site.
lists = [
    path("", front, name="front"),
    path("stories/", stories, name="stories"),
    path("questions/", questions, name="questions"),
    path("sources/", sources, name="sources"),
    path("sources/<slug_u:slug>/", source, name="source"),
    path("corrections/", corrections, name="corrections"),
    path("search/", search, name="search"),
]

# Each in its own language, or in none.
urlpatterns = [
    path("stories/<slug_u:slug>/", story, name="story"),
    path("stories/<slug_u:slug>/history/", history, {"kind": "story"}, name="story_history"),
    path("stories/<slug_u:slug>/history/<ordinal:number>/", edition, {"kind": "story"}, name="story_edition"),
    path("questions/<slug_u:slug>/", question, name="question"),
    path("questions/<slug_u:slug>/history/", history, {"kind": "question"}, name="question_history"),
    path("questions/<slug_u:slug>/history/<ordinal:number>/", edition, {"kind": "question"}, name="question_edition"),
    path("corrections/feed.atom", correction_feed, name="correction_feed"),
    path("feeds/stories.atom", story_feed, name="story_feed"),
    path("preview/<str:token>/", preview, name="preview"),
    path("preview/<str:token>/questions/<uuid:uid>/", preview_question, name="preview_question"),
    path("preview/<str:token>/pictures/<uuid:uid>/<str:name>", preview_picture, name="preview_picture"),
]
