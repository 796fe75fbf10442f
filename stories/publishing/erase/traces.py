"""Remove traces of erased text from other rows, such as audit entries, tasks, notifications and comments."""

import json
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django_tasks_db.models import DBTaskResult

from newsroom.audit.models import Event
from newsroom.desk.models import SavedView
from newsroom.notifications.models import Notice
from newsroom.site.reader_reports.models import Report
from newsroom.text.fold import fold
from stories.models import AutosaveSlot, BulkItem, BulkRun, Comment, Import, Override, Revision

ERASED = "Erased."
MAX_QUOTED_LENGTH = 200  # characters of a quotation to search for, because stored texts may have been truncated


def strip_entries(events: QuerySet[Event]) -> None:
    """Remove all words from these audit entries; user, verb, time and numbers remain."""
    for event in events:
        Event.objects.filter(pk=event.pk).update(
            before=_filter_numbers(event.before), after=_filter_numbers(event.after), reason=""
        )


def clear_admin_log(model: type[Model], keys: Iterable[int]) -> None:
    """Delete the admin log entries about these rows, because they repeat names and the beginnings of texts."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=map(str, keys)).delete()


def strip_duplications(titles: Collection[str]) -> None:
    """Remove these titles from the audit entries of the duplicates that were made of the work."""
    strip_entries(Event.objects.filter(verb="duplicated", after__of__in=list(titles)))


def clear_tasks(words: Collection[str]) -> None:
    """Delete the tasks whose arguments, return values or errors contain one of these strings."""
    rows = DBTaskResult.objects.values_list("pk", "args_kwargs", "return_value", "traceback")
    matching = [
        key
        for key, *values in rows.iterator()
        if _contains_any(json.dumps(values, ensure_ascii=False, default=str), words)
    ]
    DBTaskResult.objects.filter(pk__in=matching).delete()


def clear_reports(uids: Iterable[UUID]) -> None:
    """Delete reader reports on these works, because reports quote or paraphrase the text."""
    Report.objects.about(uids).delete()


def clear_reports_quoting(titles: Collection[str]) -> None:
    """Delete reader reports that repeat one of these titles, compared in folded form, and strip their audit entries.

    A report may identify its page by the headline alone, or may quote a headline even though it is about another page.
    """
    folded = {fold(title) for title in titles} - {""}
    rows = Report.objects.values_list("pk", "title", "sentence", "problem", "source", "reply")
    matching = [key for key, *values in rows.iterator() if any(_contains_any(fold(each), folded) for each in values)]
    strip_entries(Event.objects.filter(after__report__in=matching))
    Report.objects.filter(pk__in=matching).delete()


def clear_notifications(uids: Iterable[UUID]) -> None:
    """Replace the words of notifications about these works; recipients and times remain."""
    Notice.objects.about(uids).update(words=ERASED)


def clear_notifications_quoting(titles: Collection[str]) -> None:
    """Replace the words of notifications that repeat one of these titles, compared in folded form."""
    folded = {fold(title) for title in titles} - {""}
    rows = Notice.objects.values_list("pk", "words")
    matching = [key for key, words in rows.iterator() if _contains_any(fold(words), folded)]
    Notice.objects.filter(pk__in=matching).update(words=ERASED)


def clear_saved_views(titles: Collection[str]) -> None:
    """Delete saved views whose name or query contains one of these titles, compared in folded form."""
    folded = {fold(title) for title in titles} - {""}
    rows = SavedView.objects.values_list("pk", "name", "query")
    matching = [
        key for key, name, query in rows.iterator() if _contains_any(fold(f"{name} {unquote_plus(query)}"), folded)
    ]
    SavedView.objects.filter(pk__in=matching).delete()


def clear_saved_views_filtering(names: Collection[str]) -> None:
    """Delete saved views with a filter by one of these names of topics and outlets, compared in folded form."""
    folded = {fold(name) for name in names} - {""}
    queries = SavedView.objects.exclude(query="").values_list("pk", "query") if folded else ()
    matching = [
        key for key, query in queries if not folded.isdisjoint(fold(value) for _, value in parse_qsl(query.lstrip("?")))
    ]
    SavedView.objects.filter(pk__in=matching).delete()


def clear_bulk_runs(titles: Collection[str]) -> None:
    """Delete bulk runs without works; in other runs, empty each note that repeats a title, compared in folded form."""
    BulkRun.objects.filter(items=None).delete()
    folded = {fold(title) for title in titles} - {""}
    for key, options in BulkRun.objects.values_list("pk", "said").iterator():
        if _contains_any(fold(str(options.get("note") or "")), folded):
            BulkRun.objects.filter(pk=key).update(said={**options, "note": ""})


def clear_comments_quoting(titles: Collection[str]) -> None:
    """Replace the text of comments that repeat one of these titles, compared in folded form."""
    folded = {fold(title) for title in titles} - {""}
    rows = Comment.objects.values_list("pk", "text")
    matching = [key for key, text in rows.iterator() if _contains_any(fold(text), folded)]
    Comment.objects.filter(pk__in=matching).update(text=ERASED)


def clear_autosave(titles: Collection[str]) -> None:
    """Delete autosaved text of never-saved works whose title contains one of these titles, compared in folded form."""
    folded = {fold(title) for title in titles} - {""}
    rows = AutosaveSlot.objects.filter(work=None).exclude(title="").values_list("pk", "title")
    matching = [key for key, title in rows.iterator() if _contains_any(fold(title), folded)]
    AutosaveSlot.objects.filter(pk__in=matching).delete()


def clear_quotes(titles: Collection[str]) -> None:
    """Remove quotations of these titles from the rows of other works.

    Reasons of revisions (“Created for the story …”) and messages of overridden checks (“Another live story has the
    headline …”) quote titles. Results of bulk actions and notes on imports quote them too.
    """
    quoted = [f"“{title}"[:MAX_QUOTED_LENGTH] for title in titles]
    reasons = Revision.objects.exclude(reason="").values_list("pk", "reason")
    matching = [key for key, reason in reasons.iterator() if _contains_any(reason, quoted)]
    Revision.objects.filter(pk__in=matching).update(reason="")
    messages = Override.objects.values_list("pk", "message")
    matching = [key for key, message in messages.iterator() if _contains_any(message, quoted)]
    Override.objects.filter(pk__in=matching).update(message=ERASED)
    words = BulkItem.objects.exclude(words="").values_list("pk", "words")
    matching = [key for key, result in words.iterator() if _contains_any(result, quoted)]
    BulkItem.objects.filter(pk__in=matching).update(words=ERASED)
    for key, notes in Import.objects.exclude(notes=[]).values_list("pk", "notes").iterator():
        remaining = [note for note in notes if not _contains_any(note["message"], quoted)]
        if remaining != notes:
            Import.objects.filter(pk=key).update(notes=remaining)


def _filter_numbers(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _contains_any(text: str, words: Collection[str]) -> bool:
    return any(word in text for word in words)
