"""Background tasks that announce editions to WebSub hubs and search engines; pages are right without them."""

from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import translation

from newsroom.http import clock
from newsroom.pings import ping_search_engines, ping_websub
from newsroom.task_queue import enqueue
from stories.models import Change, Edition, EditionOutlet, EditionTopic

FEEDS = ("story_feed", "story_rss", "story_json_feed")
FEEDS_OF_ONE = ("story_changes_feed", "story_changes_json")
# Before images and bulk runs, after CDN purges: see newsroom/page_cache/purge.py.
_PRIORITY = 50


def enqueue_pings(edition: Edition) -> None:
    """Enqueue the pings that the settings ask for, to run once the edition is committed and its time has come."""
    for teller, is_wanted in ((announce_to_hub, settings.WEBSUB_HUB), (announce_to_engines, settings.INDEXNOW_KEY)):
        if is_wanted:
            at_its_time = teller.using(run_after=edition.live_from) if edition.is_scheduled else teller
            enqueue(at_its_time, edition.pk)


@task(priority=_PRIORITY)
def announce_to_hub(edition: int) -> int:
    """Ping the WebSub hub about the feeds that hold the edition, and return their number.

    Return 0 if the edition is not in force. The task is idempotent. Raise what ``ping_websub`` raises.
    """
    standing = _get_in_force(edition)
    feeds = [f"{settings.SITE_URL}{path}" for path in _feeds_of(standing)] if standing else []
    if feeds:
        ping_websub(settings.WEBSUB_HUB, feeds)
    return len(feeds)


@task(priority=_PRIORITY)
def announce_to_engines(edition: int) -> int:
    """Ping search engines about the page of the edition, and return the number of addresses.

    Return 0 if the edition is not in force. The task is idempotent. Raise what ``ping_search_engines`` raises.
    """
    standing = _get_in_force(edition)
    if standing is None:
        return 0
    address = f"{settings.SITE_URL}{standing.get_absolute_url()}"
    ping_search_engines([address], site=settings.SITE_URL, key=settings.INDEXNOW_KEY)
    return 1


def _get_in_force(key: int) -> Edition | None:
    return Edition.objects.standing(clock.now()).filter(pk=key).first()


def _feeds_of(edition: Edition) -> list[str]:
    """Return the paths of all feeds that hold the edition or held the one before it; none for a question."""
    if edition.work_kind != "story":
        return []
    with translation.override(edition.language):  # feeds list stories of one language
        return list(dict.fromkeys(_paths_of_feeds(edition)))


def _paths_of_feeds(edition: Edition) -> list[str]:
    paths = [reverse(name) for name in FEEDS] + [reverse(name, args=[edition.slug]) for name in FEEDS_OF_ONE]
    if edition.change == Change.CORRECTION:
        paths.append(reverse("correction_feed"))
    both = Edition.objects.with_the_one_before(edition)
    topics = EditionTopic.objects.filter(edition__in=both).select_related("topic__merged_into")
    outlets = EditionOutlet.objects.filter(edition__in=both).select_related("outlet__merged_into")
    paths += [reverse("topic_feed", args=[(row.topic.merged_into or row.topic).slug]) for row in topics]
    paths += [reverse("outlet_feed", args=[(row.outlet.merged_into or row.outlet).slug]) for row in outlets]
    return paths
