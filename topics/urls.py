"""URL patterns of the public pages of topics."""

from django.utils.translation import gettext_lazy as _

from newsroom.public_pages import PublicPage
from topics.pages import public_topic
from topics.views import topic, topics

# These pages exist in each language of the site.
urlpatterns_by_language = [
    PublicPage(
        "topics/",
        topics,
        name="topics",
        label=_("Topics"),
        summary="people, organisations, places, events and subjects",
        schema_type="CollectionPage",
        in_menu=True,
        in_sitemap=True,
        is_stored=True,
        queries=5,
    ),
    PublicPage(
        "topics/<slug_u:slug>/",
        topic,
        name="topic",
        kind="topic",
        subject=public_topic,
        schema_type="CollectionPage",
        is_stored=True,
        queries=9,
    ),
]
