"""Background tasks that ping the WebSub hub and search engines about editions. No page depends on them."""

from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import translation

from newsroom.http import clock
from newsroom.pings import ping_search_engines, ping_websub
from newsroom.task_queue import enqueue, outbound
from stories.models import Change, Edition, EditionContributor, EditionOutlet, EditionQuestionState, EditionTopic

_FEEDS = ("story_feed", "story_rss", "story_json_feed")
_STORY_FEEDS = ("story_changes_feed", "story_changes_json")
# Pings run before renditions and bulk actions, and after CDN purges: see newsroom/page_cache/purge.py.
_PRIORITY = 50


def enqueue_pings(edition: Edition) -> None:
    """Enqueue the pings that are enabled in the settings, to run when the edition is committed and live."""
    for task_, setting in ((announce_to_hub, settings.WEBSUB_HUB), (announce_to_engines, settings.INDEXNOW_KEY)):
        if setting:
            enqueue(task_.using(run_after=edition.live_from) if edition.is_scheduled else task_, edition.pk)


@outbound
@task(priority=_PRIORITY)
def announce_to_hub(edition: int) -> int:
    """Ping the WebSub hub about the feeds that the edition changes, and return the number of feeds.

    Return 0 without a ping for a question without a state, or if the edition is not in force. The task is idempotent. Raise the errors
    of ``ping_websub``.
    """
    in_force = _get_in_force(edition)
    feeds = [f"{settings.SITE_URL}{path}" for path in _list_feed_paths(in_force)] if in_force else []
    if feeds:
        ping_websub(settings.WEBSUB_HUB, feeds)
    return len(feeds)


@outbound
@task(priority=_PRIORITY)
def announce_to_engines(edition: int) -> int:
    """Ping search engines about the page of the edition, and return the number of URLs.

    Return 0 without a ping if the edition is not in force. The task is idempotent. Raise the errors of
    ``ping_search_engines``.
    """
    in_force = _get_in_force(edition)
    if in_force is None:
        return 0
    address = f"{settings.SITE_URL}{in_force.get_absolute_url()}"
    ping_search_engines([address], site=settings.SITE_URL, key=settings.INDEXNOW_KEY)
    return 1


def _get_in_force(key: int) -> Edition | None:
    return Edition.objects.in_force(clock.now()).filter(pk=key).first()


def _list_feed_paths(edition: Edition) -> list[str]:
    """Return the paths of all feeds that contain the edition or contained its predecessor."""
    with translation.override(edition.language):  # the path of a feed depends on the language of its stories
        if edition.work_kind != "story":
            states = EditionQuestionState.objects.filter(edition__in=Edition.objects.with_predecessor(edition))
            return [reverse("open_question_feed")] if states.exclude(state="").exists() else []
        return list(dict.fromkeys(_list_paths_in_language(edition)))


def _list_paths_in_language(edition: Edition) -> list[str]:
    paths = [reverse(name) for name in _FEEDS] + [reverse(name, args=[edition.slug]) for name in _STORY_FEEDS]
    if edition.change == Change.CORRECTION:
        paths.append(reverse("correction_feed"))
    editions = Edition.objects.with_predecessor(edition)
    topics = EditionTopic.objects.filter(edition__in=editions).select_related("topic__merged_into")
    outlets = EditionOutlet.objects.filter(edition__in=editions).select_related("outlet__merged_into")
    authors = EditionContributor.objects.filter(edition__in=editions, contributor__has_page=True)
    paths += [reverse("topic_feed", args=[(row.topic.merged_into or row.topic).slug]) for row in topics]
    paths += [reverse("outlet_feed", args=[(row.outlet.merged_into or row.outlet).slug]) for row in outlets]
    paths += [reverse("author_feed", args=[slug]) for slug in authors.values_list("contributor__slug", flat=True)]
    return paths
