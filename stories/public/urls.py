"""URLs of the public pages, feeds and copies of stories, questions and outlets."""

from django.urls import path

from stories.public.feeds import (
    change_feed,
    change_json_feed,
    correction_feed,
    source_feed,
    story_feed,
    story_json_feed,
    story_rss,
    topic_feed,
)
from stories.public.views.copies import data_copy, embed, oembed, share_image, text_copy
from stories.public.views.lists import corrections, front, search, source, sources, suggestions
from stories.public.views.works import changes, edition, history, question, questions, stories, stories_of_month, story

# These exist in each language of the site.
lists = [
    path("", front, name="front"),
    path("stories/", stories, name="stories"),
    path("stories/archive/<month:first_day>/", stories_of_month, name="stories_of_month"),
    path("questions/", questions, name="questions"),
    path("sources/", sources, name="sources"),
    path("sources/<slug_u:slug>/", source, name="source"),
    path("corrections/", corrections, name="corrections"),
    path("search/", search, name="search"),
    path("search/suggestions/", suggestions, name="search_suggestions"),
    path("corrections/feed.atom", correction_feed, name="correction_feed"),
    path("feeds/stories.atom", story_feed, name="story_feed"),
    path("feeds/stories.rss", story_rss, name="story_rss"),
    path("feeds/stories.json", story_json_feed, name="story_json_feed"),
    path("topics/<slug_u:slug>/feed.atom", topic_feed, name="topic_feed"),
    path("sources/<slug_u:slug>/feed.atom", source_feed, name="source_feed"),
]

# These have one address each: their language is that of the work, or none.
urlpatterns = [
    path("stories/<slug_u:slug>/", story, name="story"),
    path("stories/<slug_u:slug>/history/", history, {"kind": "story"}, name="story_history"),
    path("stories/<slug_u:slug>/history/<ordinal:number>/", edition, {"kind": "story"}, name="story_edition"),
    path("stories/<slug_u:slug>/changes/", changes, name="story_changes"),
    path("stories/<slug_u:slug>/changes.atom", change_feed, name="story_changes_feed"),
    path("stories/<slug_u:slug>/changes.json", change_json_feed, name="story_changes_json"),
    path("questions/<slug_u:slug>/", question, name="question"),
    path("questions/<slug_u:slug>/history/", history, {"kind": "question"}, name="question_history"),
    path("questions/<slug_u:slug>/history/<ordinal:number>/", edition, {"kind": "question"}, name="question_edition"),
    *(
        path(f"{place}/<slug_u:slug>.{ending}", text_copy, {"kind": kind, "ending": ending}, name=f"{kind}_{ending}")
        for place, kind in (("stories", "story"), ("questions", "question"))
        for ending in ("txt", "md")
    ),
    path("stories/<slug_u:slug>.json", data_copy, {"kind": "story"}, name="story_json"),
    path("questions/<slug_u:slug>.json", data_copy, {"kind": "question"}, name="question_json"),
    path("stories/<slug_u:slug>/embed/", embed, name="story_embed"),
    path("oembed", oembed, name="oembed"),
    path("share/<uuid:uid>/<str:digest>.png", share_image, name="share_picture"),
]
