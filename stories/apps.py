"""Django app configuration: migration signal handlers, recurring checks, and registrations with other packages."""

from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate, pre_migrate

from newsroom.background import periodic
from newsroom.process import freeze_loaded_objects


def remove_triggers(using: str, plan: Sequence[object], **_: object) -> None:
    """Remove the triggers, so that migrations can alter the tables. Do nothing if the plan has no migrations."""
    from stories.publishing import triggers

    if plan:
        triggers.remove(connections[using])


def install_triggers(using: str, **_: object) -> None:
    """Install the triggers on the migrated tables."""
    from stories.publishing import triggers

    triggers.install(connections[using])


def build_search_indexes(using: str, stdout: TextIO | None = None, **_: object) -> None:
    """Build the search index of editions if it is empty, and add what is missing from the two indexes of the desk.

    These are the index of drafts and that of publication statuses. Do nothing for a database other than the default
    one, or while migrations are pending, because they may still change the tables.
    """
    from newsroom.operations import health
    from stories.drafts import search, status_index
    from stories.publishing.editions import search_index

    if using != DEFAULT_DB_ALIAS or not health.migrations_are_applied():
        return
    if search_index.is_empty():
        for progress in search_index.reindex():
            if stdout and progress.done % 1_000 == 0:
                stdout.write(f"  Indexed for search: {progress.done} of {progress.total}\n")
    for done in search.index_all(search.find_unindexed()):
        if stdout and done % 1_000 == 0:
            stdout.write(f"  Drafts indexed for the desk: {done}\n")
    status_index.add_missing_statuses()


def choose_missing_related_stories(using: str, stdout: TextIO | None = None, **_: object) -> None:
    """Choose the related stories of all live stories if none have been chosen yet.

    Do nothing for a database other than the default one, or while migrations are pending, because they may still change
    the tables.
    """
    from newsroom.http import clock
    from newsroom.operations import health
    from stories.publishing.editions import related

    if using != DEFAULT_DB_ALIAS or not health.migrations_are_applied():
        return
    now = clock.now()
    if related.is_empty(now):
        for done in related.choose_all_related(now):
            if stdout and done % 1_000 == 0:
                stdout.write(f"  Stories that lead on: {done}\n")


def triggers_are_installed() -> bool:
    """Return whether every trigger is installed, in this or a newer version, and no erasure is unfinished."""
    from stories.publishing import triggers

    return not triggers.missing()


def remind_of_review_dates(at: datetime) -> None:
    """Remind owners of upcoming review dates, and notify editors of missed ones."""
    from stories.publishing import review_dates

    review_dates.send_reminders(at)


def remind_of_due_forecasts(at: datetime) -> None:
    """Notify owners when the day of a forecast comes, and editors if it is still undecided a week later."""
    from stories.workflow import due_forecasts

    due_forecasts.send_forecast_reminders(at)


def continue_lost_bulk_runs(at: datetime) -> None:
    """Enqueue a task for each bulk run that has lost its task."""
    from stories.workflow import bulk

    bulk.enqueue_lost_runs()


def choose_recent_related_stories(at: datetime) -> None:
    """Update the related stories of stories that are related to recently published ones."""
    from stories.publishing.editions import related

    related.choose_related_of_recent(at)


def enqueue_due_replies(at: datetime) -> None:
    """Enqueue the replies to readers whose correction has gone live."""
    from stories.workflow.reader_reports import replies

    replies.enqueue_due_replies(at)


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = "Stories"

    def ready(self) -> None:
        """Connect the signal handlers, and register what this app contributes to other packages."""
        from newsroom.accounts import offboarding
        from newsroom.audit.subjects import register_edition_labels
        from newsroom.desk import markdown_preview
        from newsroom.desk.forms.markdown import References, register_references
        from newsroom.notifications import visibility
        from newsroom.operations import health
        from newsroom.operations.backup import registry
        from newsroom.page_cache.text_links import register_links
        from stories.drafts.short_references import resolve_text, shorten_text
        from stories.editions.backup import read_editions
        from stories.editions.models import Edition
        from stories.models import Presence
        from stories.public.pages.text_links import resolve_links
        from stories.publishing import tasks  # noqa: F401 -- a worker has to know which tasks are outbound
        from stories.publishing.erase import replay
        from stories.publishing.erase.find_remains import find_remains
        from stories.publishing.review import unassign_reviews
        from stories.publishing.triggers import install  # noqa: F401 -- registers a system check
        from stories.workflow import conditions, gauges, personal_data, retention
        from stories.workflow.shared_previews.verbs import revoke_links_of_user

        for kind, permission in (("story", "stories.view_story"), ("question", "stories.view_faq")):
            visibility.register_permission(kind, permission)
        for name in (
            "stories.change_story",
            "stories.change_faq",
            "stories.change_outlet",
            "accounts.change_contributor",
        ):
            markdown_preview.register_permission(name)
        register_edition_labels(Edition.objects.labels)
        register_references(References(shorten_text, resolve_text))
        register_links(resolve_links)
        offboarding.register_hook("links to drafts", revoke_links_of_user)
        offboarding.register_hook("reviews", unassign_reviews)
        pre_migrate.connect(remove_triggers, sender=self, dispatch_uid="stories.guards.lift")
        post_migrate.connect(build_search_indexes, sender=self, dispatch_uid="stories.search.fill")
        post_migrate.connect(choose_missing_related_stories, sender=self, dispatch_uid="stories.related.fill")
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="stories.guards.lay")
        replay.register()
        retention.register_rules()
        personal_data.register()
        registry.register_digest("editions", read_editions)
        registry.register_drill_check(find_remains)
        registry.exclude_rows(Presence._meta.db_table)
        conditions.register()
        health.register_check("triggers", triggers_are_installed)
        gauges.register()
        periodic.register_check("pages to look at again", remind_of_review_dates)
        periodic.register_check("forecasts to decide", remind_of_due_forecasts)
        periodic.register_check("runs over many works", continue_lost_bulk_runs)
        periodic.register_check("replies to readers", enqueue_due_replies)
        periodic.register_check("stories that lead on to new ones", choose_recent_related_stories)
        # This app is the last to be set up, so the objects loaded by now remain until the process ends.
        freeze_loaded_objects()
