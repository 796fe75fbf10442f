"""What the database itself refuses, whoever asks, on both databases alike."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from newsroom.audit.models import Erasure, Event
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.documents.render import RenderedDocument
from stories.models import PROJECTIONS, Document, Edition, Override, Rerendering, Revision
from stories.publishing import triggers
from stories.publishing.triggers import installation, rules
from tests.factories import (
    edition_of,
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]
GUARDED = [Revision, Document, Edition, *PROJECTIONS, Override, Event, Erasure]
PAST = datetime(2026, 1, 1, tzinfo=UTC)
AHEAD = datetime(2031, 3, 5, tzinfo=UTC)
WORDS = {
    models.CharField: "xyz",
    models.TextField: "other",
    models.JSONField: {"other": "words"},
    models.DateTimeField: PAST,
    models.UUIDField: "00000000-0000-4000-8000-000000000000",
    models.BooleanField: True,
}


def refused(sentence=""):
    """Expect the database to refuse, in these words, without spoiling the transaction of the test."""
    return _Refused(sentence)


class _Refused:
    def __init__(self, sentence):
        self.raises = pytest.raises(IntegrityError, match=sentence or None)

    def __enter__(self):
        self.raises.__enter__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, *error):
        self.savepoint.__exit__(*error)
        return self.raises.__exit__(*error)


@pytest.fixture
def story():
    """A story on readers' page that names something of each kind, published against a check, and its question."""
    editor, outlet = make_user(), make_outlet()
    question = make_published_question(by=editor)
    story = make_published_story(
        by=editor,
        outlets=(outlet, make_outlet()),
        topics=(make_topic(),),
        questions=(question,),
        byline=("Ida Sund",),
        articles=(make_article(outlet=outlet),),
        lead_image=make_image(),
        lead_alt="A pier",
    )
    Override.objects.create(
        edition=edition_of(story), code="a", anchor="headline", message="Too long.", reason="So it is.", by=editor
    )
    closed = Erasure.objects.create(kind="story", uid=story.uid, scope="work", reason="A court said so.")
    Erasure.objects.update(closed_at=closed.opened_at)
    return story


def erase(story):
    """Open an erasure."""
    return Erasure.objects.create(kind="story", uid=story.uid, scope="work", reason="A court said so.")


def rows(model):
    return model._default_manager.all()


def other_value(row, field):
    """Return a value for a column that is not the one it has and that no other rule minds."""
    if field.is_relation:
        return (getattr(row, field.attname) or 0) + 1_000
    for kind, value in WORDS.items():
        if isinstance(field, kind):
            return (not getattr(row, field.attname)) if value is True else value
    return getattr(row, field.attname) + 1


@pytest.mark.parametrize("model", GUARDED)
def test_no_row_of_it_is_deleted(story, model):
    row = rows(model).first()
    with refused():
        rows(model).filter(pk=row.pk)._raw_delete(connection.alias)
    assert rows(model).filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", GUARDED)
def test_no_column_of_it_is_changed_but_those_that_may(story, model):
    may = {"live_until"} | {"reviewed_by", "reviewed_at", "review_note"} | {"closed_at"}
    row = rows(model).first()
    for field in model._meta.concrete_fields:
        if field.name not in may:
            with refused():
                rows(model).filter(pk=row.pk).update(**{field.attname: other_value(row, field)})


@pytest.mark.parametrize("model", GUARDED)
def test_saving_a_row_as_it_is_changes_nothing_and_is_let_be(story, model):
    rows(model).first().save()


@pytest.mark.parametrize("model", [*PROJECTIONS, Override, Edition, Revision, Document])
def test_an_open_erasure_lets_words_be_changed_and_rows_be_taken_out(story, model):
    erasure, row = erase(story), rows(model).order_by("-pk").first()
    before = rows(model).count()
    with transaction.atomic():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.TextField | models.JSONField):
                rows(model).filter(pk=row.pk).update(**{field.attname: other_value(row, field)})
        if model is Edition:
            Override.objects.all().delete()
            for projection in PROJECTIONS:
                rows(projection).all().delete()
        if model in {Edition, *PROJECTIONS, Override}:
            rows(model).filter(pk=row.pk)._raw_delete(connection.alias)
            assert rows(model).count() == before - 1
        transaction.set_rollback(True)
    Erasure.objects.filter(pk=erasure.pk).update(closed_at=timezone.now())
    with refused():
        rows(model).filter(pk=row.pk)._raw_delete(connection.alias)


def test_a_document_and_a_revision_that_nothing_needs_go_while_an_erasure_is_open(story):
    draft = make_question()
    revision = draft.revisions.get()
    erase(story)
    revision.delete()
    Document.objects.filter(pk=revision.document_id).delete()
    assert not Document.objects.filter(pk=revision.document_id).exists()


def test_an_open_erasure_takes_words_out_of_the_record_and_nothing_else(story):
    erase(story)
    event = Event.objects.about(story.uid)[0]
    Event.objects.filter(pk=event.pk).update(before={}, after={}, reason="")
    for column, value in {"verb": "x", "by_name": "x", "at": PAST, "uid": story.work_topics.get().uid}.items():
        with refused("What is on record never changes."):
            Event.objects.filter(pk=event.pk).update(**{column: value})
    with refused("The record is kept for ever."):
        Event.objects.filter(pk=event.pk).delete()


def test_an_erasure_is_closed_once_and_never_goes(story):
    erasure = erase(story)
    Erasure.objects.filter(pk=erasure.pk).update(closed_at=AHEAD)
    for end in (None, PAST):
        with refused("This erasure is closed already."):
            Erasure.objects.filter(pk=erasure.pk).update(closed_at=end)
    with refused("That something was erased stays on record."):
        Erasure.objects.filter(pk=erasure.pk).delete()


def test_an_override_is_reviewed_once(story):
    override, other = Override.objects.get(), make_user()
    again = {"reviewed_by": make_user(), "reviewed_at": AHEAD, "review_note": "No."}
    Override.objects.filter(pk=override.pk).update(reviewed_by=other, reviewed_at=PAST, review_note="Fine.")
    for column, value in again.items():
        with refused("This override was reviewed already."):
            Override.objects.filter(pk=override.pk).update(**{column: value})


def test_an_edition_ends_earlier_or_later_while_its_end_has_not_come(story):
    edition = edition_of(story)
    for until in (AHEAD, AHEAD - timedelta(days=1), FOREVER, edition.live_from):
        for model in (Edition, *PROJECTIONS):
            key = "pk" if model is Edition else "edition"
            rows(model).filter(**{key: edition.pk}).update(live_until=until)


@pytest.mark.parametrize("model", [Edition, *PROJECTIONS])
def test_a_span_never_ends_before_it_begins(story, model):
    with refused("An edition cannot end before it begins."):
        rows(model).update(live_until=PAST)


@pytest.mark.parametrize("model", [Edition, *PROJECTIONS])
def test_what_has_ended_stays_as_readers_saw_it(story, model):
    first = edition_of(story)
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    mine = {"pk": first.pk} if model is Edition else {"edition": first.pk}
    ended = Edition.objects.get(pk=first.pk).live_until
    for until in (first.live_from, ended - (ended - first.live_from) / 2):
        with refused("This edition has ended: what readers saw until then stays as it was."):
            rows(model).filter(**mine).update(live_until=until)


@pytest.mark.parametrize("model", [Edition, *PROJECTIONS])
def test_a_cancelled_schedule_stays_cancelled(story, model):
    rows(model).update(live_until=models.F("live_from"))
    with refused("This schedule was cancelled: make a new one."):
        rows(model).update(live_until=AHEAD)


def another(edition, **fields):
    """Insert one more edition of the same work."""
    fields = {"number": edition.number + 1, "kind": "notice", "notice": "Gone.", **fields}
    values = {f.attname: getattr(edition, f.attname) for f in Edition._meta.concrete_fields if not f.primary_key}
    return Edition.objects.create(**{**values, **fields})


def test_two_editions_of_a_page_never_stand_at_the_same_time(story):
    edition = edition_of(story)
    Edition.objects.filter(pk=edition.pk).update(live_until=AHEAD)
    day = timedelta(days=1)
    for span in (
        (AHEAD - day, AHEAD + day),
        (PAST, edition.live_from + day),
        (AHEAD - 2 * day, AHEAD - day),
        (PAST, FOREVER),
    ):
        with refused("Two editions of a page cannot stand at the same time"):
            another(edition, live_from=span[0], live_until=span[1])
    next_one = another(edition, live_from=AHEAD, live_until=FOREVER)
    with refused("Two editions of a page cannot stand at the same time"):
        Edition.objects.filter(pk=edition.pk).update(live_until=AHEAD + day)
    assert Edition.objects.get(pk=next_one.pk).live_from == AHEAD


def test_an_empty_span_meets_nothing(story):
    edition = edition_of(story)
    middle = edition.live_from + timedelta(days=1)
    another(edition, live_from=middle, live_until=middle)
    assert Edition.objects.in_force(middle).filter(work=story).get() == edition


def test_the_html_of_an_edition_is_made_again_only_while_a_run_goes_on(story):
    edition, run = edition_of(story), Rerendering.objects.create()
    made = {"fragments": {}, "summary": "New.", "minutes": 9}
    Edition.objects.filter(pk=edition.pk).update(**made)
    with refused("What an edition says never changes: publish a new one."):
        Edition.objects.filter(pk=edition.pk).update(title="New")
    Rerendering.objects.filter(pk=run.pk).update(finished_at=AHEAD)
    with refused("What an edition says never changes: publish a new one."):
        Edition.objects.filter(pk=edition.pk).update(summary="Newer.")


def test_what_a_run_may_make_again_is_what_a_renderer_makes():
    assert set(RenderedDocument.__slots__) == rules.RENDERED


def test_every_sentence_fits_where_it_is_written():
    sentences = [rule.sentence for rule in rules.build_rules(columns())] + [rules.OVERLAP]
    assert not [sentence for sentence in sentences if "'" in sentence]
    assert len(rules.OVERLAP) < 64


def columns():
    return {model._meta.db_table: {field.column for field in model._meta.concrete_fields} for model in GUARDED}


def test_a_database_that_was_migrated_lacks_no_guard():
    assert triggers.missing() == []
    assert checks.run_checks(tags=["database"], databases=["default"]) == []


def test_what_is_missing_is_said_by_the_checks_and_laid_again():
    triggers.remove()
    found = triggers.missing()
    assert "stories_edition: DELETE is not refused (kept)" in found
    warned = [
        warning
        for warning in checks.run_checks(tags=["database"], databases=["default"])
        if warning.id == "stories.W001"
    ]
    assert len(warned) == 1
    triggers.install()
    assert triggers.missing() == []


def test_triggers_of_a_newer_release_serve_the_one_that_runs(monkeypatch):
    monkeypatch.setattr(installation, "VERSION", installation.VERSION + 1)
    triggers.install()
    monkeypatch.undo()
    assert triggers.missing() == []


def test_triggers_of_an_older_release_do_not_serve_the_one_that_runs(monkeypatch):
    monkeypatch.setattr(installation, "VERSION", installation.VERSION + 1)
    assert triggers.missing()


def test_a_trigger_of_a_newer_release_that_is_gone_is_missed(monkeypatch):
    monkeypatch.setattr(installation, "VERSION", installation.VERSION + 1)
    triggers.install()
    monkeypatch.undo()
    with connection.cursor() as cursor:
        language = installation._language_of(connection)
        name = next(name for name in sorted(language.installed(cursor)) if name.startswith("guard_stories_revision_"))
        cursor.execute(f'DROP TRIGGER "{name}"' + (" ON stories_revision" if connection.vendor == "postgresql" else ""))
    assert len(triggers.missing()) == 1


def test_an_erasure_that_was_left_open_is_said(story):
    erase(story)
    assert triggers.missing() == ["an erasure was left open"]


def test_laying_again_touches_nothing(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        triggers.install()


class TestAcrossMigrations:
    """SQLite makes a table anew to alter it, and every guard on it is gone."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_every_guard_works_after_its_table_was_altered(self, story):
        column = models.CharField(max_length=10, default="")
        column.set_attributes_from_name("added")
        triggers.remove()
        for model in GUARDED:
            with connection.schema_editor() as editor:
                editor.add_field(model, column)
        assert triggers.missing()
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []
        for model in GUARDED:
            with refused():
                rows(model)._raw_delete(connection.alias)
            with refused(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {model._meta.db_table} SET added = 'x'")  # noqa: S608 -- ours
        triggers.remove()
        for model in GUARDED:
            with connection.schema_editor() as editor:
                editor.remove_field(model, column)
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []

    def test_going_back_to_the_beginning_and_forward_again_ends_with_every_guard(self):
        call_command("migrate", "record", "0001", verbosity=0)
        assert triggers.missing() == []
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []
