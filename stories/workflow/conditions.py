"""Conditions for alerts on publishing: triggers, pings, purges and review dates."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from newsroom.background.conditions import is_worker_missing, report_elsewhere
from newsroom.background.repeated_failures import find_repeated_failure
from newsroom.desk.local_time import format_time
from newsroom.operations.doctor.registry import Diagnosis, fault, register_condition, warning
from newsroom.page_cache.purge import purge
from newsroom.pings import INDEXNOW
from newsroom.text.join import join_words
from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.tasks import announce_to_engines, announce_to_hub
from stories.workflow.gauges import count_overdue_reviews, find_untold

UNTOLD_AFTER = timedelta(seconds=60)
# A missing rule as ``triggers.missing`` describes it, such as “stories_edition: DELETE is not refused (kept)”.
_RULE = re.compile(r"[a-z]+_(?P<table>\w+): \w+ is not refused \((?P<rule>\w+)\)")
_RECEIVERS = {
    announce_to_hub.module_path: "the hub",
    announce_to_engines.module_path: "search engines",
    purge.module_path: "the edge",
}


def register() -> None:
    """Register the conditions."""
    report_elsewhere(announce_to_hub, announce_to_engines)
    register_condition("trigger", find_missing_triggers, part="triggers", healthy="All database rules are in place.")
    register_condition("untold", find_untold_editions, part="untold", healthy="All editions have been announced.")
    register_condition("hub", find_dead_receivers, part="hub", healthy="Announcements are accepted.")
    register_condition("review", find_overdue_reviews, part="review", healthy="No fact check is overdue.")


def find_missing_triggers(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if the database lacks a trigger, or if an erasure was left open."""
    if missing := triggers.missing():
        others = len(missing) - 1
        more = f" {others} more {'is' if others == 1 else 'are'} missing." if others else ""
        rule = _RULE.sub(r"\g<table>_\g<rule>", missing[0])
        yield fault(f"The rule “{rule}” is missing in the database.{more}", "Run manage.py migrate.")


def find_untold_editions(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if for ``UNTOLD_AFTER``, a ping or a purge of the edge has been due about a live edition.

    The conditions ``worker``, ``hub`` and ``edge`` report on those that wait for a worker, or that are not accepted.
    """
    paths = [path for path in _RECEIVERS if find_repeated_failure([path]) is None]
    untold = {
        path: {key: each for key, each in find_untold([path], at).items() if at - each.since >= UNTOLD_AFTER}
        for path in paths
    }
    live_from = {key: each.live_from for found in untold.values() for key, each in found.items()}
    if not live_from or is_worker_missing(at):
        return
    first = min(live_from, key=lambda key: (live_from[key], key))
    title = Edition.objects.values_list("title", flat=True).get(pk=first)
    receivers = [_RECEIVERS[path] for path, found in untold.items() if first in found]
    has = "has" if len(receivers) == 1 and receivers != ["search engines"] else "have"
    more = f" {len(live_from) - 1} more pages have not been announced." if len(live_from) > 2 else ""
    more = more or (" 1 more page has not been announced." if len(live_from) == 2 else "")
    yield fault(
        f"“{title}” is live since {format_time(live_from[first], at=at)}; {join_words(receivers)} {has} not been notified.{more}",
        "See Failed tasks.",
    )


def find_dead_receivers(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning for the hub, and one for the search engines, if pings to them failed at least twice in a row."""
    for task, address in ((announce_to_hub, settings.WEBSUB_HUB), (announce_to_engines, INDEXNOW)):
        failure = find_repeated_failure([task.module_path])
        if failure is None:
            continue
        host = urlsplit(address).hostname or address
        verb = "rejects announcements" if failure.reason.startswith("HTTP Error") else "does not answer"
        again = f"Tried again at {format_time(failure.next_at, at=at)}." if failure.next_at else "See Failed tasks."
        yield warning(f"{host} {verb} ({failure.reason}).", again, subject=host)


def find_overdue_reviews(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if the review date of a work has passed."""
    if count := count_overdue_reviews():
        yield warning(f"{count} fact check{' is' if count == 1 else 's are'} overdue.")
