"""The public pages, feeds, copies and sitemaps of stories, questions, outlets and authors."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from newsroom.public_pages import PublicPage
from stories.public import feeds, sitemaps
from stories.public.pages.authors import get_public_author
from stories.public.pages.outlets.outlet import get_public_outlet
from stories.public.pages.resolve import get_live_page
from stories.public.views import copies, lists, works
from topics.urls import urlpatterns_by_language as topics

live_story = partial(get_live_page, "story")
live_question = partial(get_live_page, "question")

# These pages exist in each language of the site. The menu and the sitemap follow this order.
urlpatterns_by_language = [
    PublicPage(
        "",
        lists.front,
        name="front_page",
        label=_("Front page"),
        schema_type="CollectionPage",
        in_sitemap=True,
        is_stored=True,
        queries=17,
    ),
    PublicPage(
        "stories/",
        works.stories,
        name="stories",
        label=_("Stories"),
        summary="all stories, most recently updated first, and by month",
        schema_type="CollectionPage",
        in_menu=True,
        in_sitemap=True,
        is_stored=True,
        queries=8,
    ),
    PublicPage(
        "stories/archive/<month:first_day>/",
        works.stories_of_month,
        name="stories_of_month",
        label=_("Stories"),
        schema_type="CollectionPage",
        is_stored=True,
        queries=8,
    ),
    PublicPage(
        "questions/",
        works.questions,
        name="questions",
        label=_("Questions"),
        summary="common questions, with dated answers",
        schema_type="CollectionPage",
        in_menu=True,
        in_sitemap=True,
        is_stored=True,
        queries=9,
    ),
    PublicPage(
        "questions/open/",
        works.open_questions,
        name="open_questions",
        label=_("Open questions"),
        schema_type="CollectionPage",
        in_sitemap=True,
        is_stored=True,
        queries=6,
    ),
    *topics,
    PublicPage(
        "sources/",
        lists.outlets,
        name="outlets",
        label=_("Outlets"),
        summary="the outlets we compare",
        schema_type="CollectionPage",
        in_menu=True,
        in_sitemap=True,
        is_stored=True,
        queries=4,
    ),
    PublicPage(
        "sources/<slug_u:slug>/",
        lists.outlet,
        name="source",
        kind="source",
        subject=get_public_outlet,
        schema_type="CollectionPage",
        is_stored=True,
        queries=8,
    ),
    PublicPage(
        "people/<slug_u:slug>/",
        lists.author,
        name="author",
        kind="author",
        subject=get_public_author,
        schema_type="ProfilePage",
        is_stored=True,
        queries=11,
    ),
    PublicPage(
        "corrections/",
        lists.corrections,
        name="corrections",
        label=_("Corrections"),
        summary="all our corrections, newest first",
        schema_type="CollectionPage",
        in_menu=True,
        in_sitemap=True,
        is_stored=True,
        queries=5,
    ),
    PublicPage(
        "forecasts/",
        lists.forecasts,
        name="forecasts",
        label=_("Forecasts"),
        summary="what was said would happen, and what did",
        schema_type="CollectionPage",
        in_sitemap=True,
        is_stored=True,
        queries=6,
    ),
    PublicPage(
        "feeds/",
        lists.feeds,
        name="feeds",
        label=_("Feeds"),
        summary="the feeds of stories, corrections and topics",
        schema_type="CollectionPage",
        in_sitemap=True,
        is_stored=True,
        queries=6,
    ),
    PublicPage("search/", lists.search, name="search", label=_("Search"), is_stored=True, queries=6),
    PublicPage("search/sections/", lists.section_counts, name="search_sections", queries=3),
    PublicPage("search/suggestions/", lists.suggestions, name="search_suggestions", queries=3),
    PublicPage(
        "corrections/feed.atom",
        feeds.correction_feed,
        name="correction_feed",
        is_stored=True,
        is_cross_origin=True,
        queries=5,
    ),
    PublicPage(
        "questions/open/feed.atom",
        feeds.open_question_feed,
        name="open_question_feed",
        is_stored=True,
        is_cross_origin=True,
        queries=4,
    ),
    PublicPage(
        "forecasts/feed.atom",
        feeds.forecast_feed,
        name="forecast_feed",
        is_stored=True,
        is_cross_origin=True,
        queries=6,
    ),
    PublicPage(
        "feeds/stories.atom", feeds.story_feed, name="story_feed", is_stored=True, is_cross_origin=True, queries=10
    ),
    PublicPage(
        "feeds/stories.rss", feeds.story_rss, name="story_rss", is_stored=True, is_cross_origin=True, queries=10
    ),
    PublicPage(
        "feeds/stories.json",
        feeds.story_json_feed,
        name="story_json_feed",
        is_stored=True,
        is_cross_origin=True,
        queries=14,
    ),
    PublicPage(
        "topics/<slug_u:slug>/feed.atom",
        feeds.topic_feed,
        name="topic_feed",
        kind="topic",
        is_stored=True,
        is_cross_origin=True,
        queries=12,
    ),
    PublicPage(
        "sources/<slug_u:slug>/feed.atom",
        feeds.outlet_feed,
        name="outlet_feed",
        kind="source",
        is_stored=True,
        is_cross_origin=True,
        queries=12,
    ),
    PublicPage(
        "people/<slug_u:slug>/feed.atom",
        feeds.author_feed,
        name="author_feed",
        kind="author",
        is_stored=True,
        is_cross_origin=True,
        queries=11,
    ),
]

# These pages have one address each. They are in the language of the work, or have no language.
urlpatterns = [
    PublicPage(
        "stories/<slug_u:slug>/",
        works.story,
        name="story",
        kind="story",
        subject=live_story,
        schema_type=("NewsArticle", "BackgroundNewsArticle"),
        is_stored=True,
        queries=8,
    ),
    PublicPage(
        "stories/<slug_u:slug>/history/",
        works.history,
        {"kind": "story"},
        name="story_history",
        kind="story",
        subject=live_story,
        schema_type="WebPage",
        queries=4,
    ),
    PublicPage(
        "stories/<slug_u:slug>/history/<ordinal:number>/",
        works.edition,
        {"kind": "story"},
        name="story_edition",
        kind="story",
        subject=live_story,
        queries=11,
    ),
    PublicPage(
        "stories/<slug_u:slug>/changes/",
        works.changes,
        name="story_changes",
        kind="story",
        subject=live_story,
        queries=3,
    ),
    PublicPage(
        "stories/<slug_u:slug>/changes.atom",
        feeds.change_feed,
        name="story_changes_feed",
        kind="story",
        is_cross_origin=True,
        queries=3,
    ),
    PublicPage(
        "stories/<slug_u:slug>/changes.json",
        feeds.change_json_feed,
        name="story_changes_json",
        kind="story",
        is_cross_origin=True,
        queries=3,
    ),
    PublicPage(
        "questions/<slug_u:slug>/",
        works.question,
        name="question",
        kind="question",
        subject=live_question,
        schema_type="Question",
        is_stored=True,
        queries=7,
    ),
    PublicPage(
        "questions/<slug_u:slug>/history/",
        works.history,
        {"kind": "question"},
        name="question_history",
        kind="question",
        subject=live_question,
        schema_type="WebPage",
        queries=4,
    ),
    PublicPage(
        "questions/<slug_u:slug>/history/<ordinal:number>/",
        works.edition,
        {"kind": "question"},
        name="question_edition",
        kind="question",
        subject=live_question,
        queries=6,
    ),
    *(
        PublicPage(
            f"{prefix}/<slug_u:slug>.{ending}",
            copies.text_copy,
            {"kind": kind, "ending": ending},
            name=f"{kind}_{ending}",
            kind=kind,
            is_stored=True,
            queries=queries,
        )
        for prefix, kind, ending, queries in (
            ("stories", "story", "txt", 9),
            ("stories", "story", "md", 7),
            ("questions", "question", "txt", 4),
            ("questions", "question", "md", 3),
        )
    ),
    *(
        PublicPage(
            f"{prefix}/<slug_u:slug>.json",
            copies.data_copy,
            {"kind": kind},
            name=f"{kind}_json",
            kind=kind,
            is_stored=True,
            queries=queries,
        )
        for prefix, kind, queries in (("stories", "story", 7), ("questions", "question", 3))
    ),
    PublicPage(
        "stories/<slug_u:slug>/embed/",
        copies.embed,
        name="story_embed",
        kind="story",
        subject=live_story,
        is_stored=True,
        is_cross_origin=True,
        queries=5,
    ),
    PublicPage("oembed", copies.oembed, name="oembed", is_cross_origin=True, queries=3),
    PublicPage("share/<uuid:uid>/<str:file>", copies.share_image, name="share_image", is_cross_origin=True, queries=3),
    PublicPage(
        "share/<str:language>/<str:name>/<str:file>",
        copies.list_share_image,
        name="list_share_image",
        is_cross_origin=True,
        queries=0,
    ),
    PublicPage("sitemap.xml", sitemaps.index, name="sitemap", queries=5),
    PublicPage("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages", queries=3),
    *(
        PublicPage(
            f"sitemap-{kind}-<ordinal:number>.xml", sitemaps.part, {"kind": kind}, name=f"sitemap_{kind}", queries=2
        )
        for kind in sitemaps.KINDS
    ),
    PublicPage("news-sitemap.xml", sitemaps.news, name="news_sitemap", queries=1),
]
