"""Every kind of page that a reader can meet, from left to right and from right to left, for what looks at all of them."""

from django.test import Client

from stories import publishing, revisions
from tests.factories import make_outlet, make_published_story, make_topic, make_user
from tests.journeys.world import make_world

# Where something is refused, empty, or not for readers.
BESIDE = {
    "search_without_words": "/search/",
    "search_of_nothing": "/search/?q=xylophone",
    "missing": "/nowhere/",
    "sign_in": "/accounts/login/",
}


def every_page() -> dict[str, str]:
    """Make a newsroom with one of everything, and return the address of each kind of page by name."""
    world = make_world()
    machines = Client()
    pages = {
        name: address
        for name, address in world.public.items()
        if machines.get(address).headers.get("Content-Type", "").startswith("text/html")
    }
    return {**pages, **BESIDE, "withdrawn": f"/stories/{world.withdrawn.slug}/", **_arabic()}


def _arabic() -> dict[str, str]:
    story = make_published_story(
        language="ar",
        slug="ميناء-تلمار",
        headline="لماذا أغلق ميناء تلمار ثلاثة أسابيع",
        outlets=(make_outlet(name="بريد تلمار"), make_outlet()),
        topics=(make_topic(name="ميناء تلمار"),),
    )
    story.sections.filter(kind="background").update(text="كان الحد تسعة أطنان منذ اليوم الأول.")
    revisions.record(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="كان الحد عشرة أطنان.", is_right="كان الحد تسعة أطنان.")
    return {
        "right_to_left": f"/stories/{story.slug}/",
        "right_to_left_history": f"/stories/{story.slug}/history/",
        "right_to_left_edition": f"/stories/{story.slug}/history/2/",
    }
