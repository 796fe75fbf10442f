"""Remove traces of erased words from the audit log, admin log, tasks, sessions, reports, notifications and reasons."""

import json
from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from urllib.parse import unquote_plus
from uuid import UUID

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django_tasks_db.models import DBTaskResult

from newsroom.audit.models import Event
from newsroom.desk.models import SavedView
from newsroom.notifications.models import Notice
from newsroom.site.reader_reports.models import Report
from newsroom.text.fold import fold
from stories.models import AutosaveSlot, BulkItem, BulkRun, Comment, Import, Override, Revision

ERASED = "Erased."
LONGEST_QUOTED = 200  # reasons are cut at their end


def strip_entries(events: QuerySet[Event]) -> None:
    """Keep of these audit entries who did what and when, and numbers, but no words."""
    for event in events:
        Event.objects.filter(pk=event.pk).update(before=_numbers(event.before), after=_numbers(event.after), reason="")


def clear_admin_log(model: type[Model], keys: Iterable[int]) -> None:
    """Delete the admin's log entries about these rows of a model, which repeat names and the beginnings of texts."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=map(str, keys)).delete()


def clear_tasks(words: Collection[str]) -> None:
    """Delete the tasks whose arguments, return values or errors contain one of these words."""
    kept = DBTaskResult.objects.values_list("pk", "args_kwargs", "return_value", "traceback")
    naming = [
        key for key, *told in kept.iterator() if _any_in(json.dumps(told, ensure_ascii=False, default=str), words)
    ]
    DBTaskResult.objects.filter(pk__in=naming).delete()


def clear_sessions() -> None:
    """Delete unread messages from all sessions, because they name what was saved."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in Session.objects.values_list("pk", flat=True).iterator():
        session = store(session_key=key)
        if SessionStorage.session_key in session:
            del session[SessionStorage.session_key]
            session.save()


def clear_reports(uids: Iterable[UUID]) -> None:
    """Delete reader reports on these works, because they quote or paraphrase them."""
    Report.objects.about(uids).delete()


def clear_reports_quoting(titles: Collection[str]) -> None:
    """Delete reader reports that repeat one of these titles, compared in folded form, and strip their audit entries.

    A report may name its page by the headline alone, or quote it although it is about another page.
    """
    folded = {fold(title) for title in titles} - {""}
    kept = Report.objects.values_list("pk", "title", "sentence", "problem", "source")
    naming = [key for key, *told in kept.iterator() if any(_any_in(fold(each), folded) for each in told)]
    strip_entries(Event.objects.filter(after__report__in=naming))
    Report.objects.filter(pk__in=naming).delete()


def clear_notifications(uids: Iterable[UUID]) -> None:
    """Replace the words of notifications about these works; who was notified, and when, remains."""
    Notice.objects.about(uids).update(words=ERASED)


def clear_notifications_quoting(titles: Collection[str]) -> None:
    """Replace the words of other notifications that repeat one of these titles, compared in folded form."""
    folded = {fold(title) for title in titles} - {""}
    kept = Notice.objects.values_list("pk", "words")
    naming = [key for key, words in kept.iterator() if _any_in(fold(words), folded)]
    Notice.objects.filter(pk__in=naming).update(words=ERASED)


def clear_saved_views(titles: Collection[str]) -> None:
    """Delete saved views whose name or query contains one of these titles."""
    folded = {fold(title) for title in titles} - {""}
    kept = SavedView.objects.values_list("pk", "name", "query")
    naming = [key for key, name, query in kept.iterator() if _any_in(fold(f"{name} {unquote_plus(query)}"), folded)]
    SavedView.objects.filter(pk__in=naming).delete()


def clear_bulk_runs(titles: Collection[str]) -> None:
    """Delete bulk runs without works, and empty the notes of others that repeat one of these titles."""
    BulkRun.objects.filter(items=None).delete()
    folded = {fold(title) for title in titles} - {""}
    for key, said in BulkRun.objects.values_list("pk", "said").iterator():
        if _any_in(fold(str(said.get("note") or "")), folded):
            BulkRun.objects.filter(pk=key).update(said={**said, "note": ""})


def clear_comments_quoting(titles: Collection[str]) -> None:
    """Replace the text of comments on other works that repeat one of these titles, compared in folded form."""
    folded = {fold(title) for title in titles} - {""}
    kept = Comment.objects.values_list("pk", "text")
    naming = [key for key, text in kept.iterator() if _any_in(fold(text), folded)]
    Comment.objects.filter(pk__in=naming).update(text=ERASED)


def clear_autosave(titles: Collection[str]) -> None:
    """Delete autosaved text of new works under one of these titles that was never saved."""
    folded = {fold(title) for title in titles} - {""}
    kept = AutosaveSlot.objects.filter(work=None).exclude(title="").values_list("pk", "title")
    naming = [key for key, title in kept.iterator() if _any_in(fold(title), folded)]
    AutosaveSlot.objects.filter(pk__in=naming).delete()


def clear_quotes(titles: Collection[str]) -> None:
    """Remove quotations of these titles from other works.

    They occur in reasons of revisions (“Made for the story …”) and in messages of overridden checks (“Another story is
    live under …”). They also occur in results of bulk actions and in notes on imports.
    """
    quoted = [f"“{title}"[:LONGEST_QUOTED] for title in titles]
    reasons = Revision.objects.exclude(reason="").values_list("pk", "reason")
    naming = [key for key, reason in reasons.iterator() if _any_in(reason, quoted)]
    Revision.objects.filter(pk__in=naming).update(reason="")
    messages = Override.objects.values_list("pk", "message")
    naming = [key for key, message in messages.iterator() if _any_in(message, quoted)]
    Override.objects.filter(pk__in=naming).update(message=ERASED)
    words = BulkItem.objects.exclude(words="").values_list("pk", "words")
    naming = [key for key, said in words.iterator() if _any_in(said, quoted)]
    BulkItem.objects.filter(pk__in=naming).update(words=ERASED)
    for key, notes in Import.objects.exclude(notes=[]).values_list("pk", "notes").iterator():
        kept = [note for note in notes if not _any_in(note["message"], quoted)]
        if kept != notes:
            Import.objects.filter(pk=key).update(notes=kept)


def _numbers(told: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in told.items() if isinstance(value, int)}


def _any_in(text: str, words: Collection[str]) -> bool:
    return any(word in text for word in words)
