"""Triggers: the changes that the database itself refuses, on SQLite and PostgreSQL alike."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.audit.models import Erasure, Event
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.documents.render import RenderedDocument
from stories.drafts import revisions
from stories.models import PROJECTIONS, Document, Edition, Override, Rerendering, Revision
from stories.publishing import triggers
from stories.publishing.triggers import installation, rules
from tests.factories import (
    edition_of,
    make_article,
    make_image,
    make_outlet,
    make_question,
    make_story,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PROTECTED_MODELS = [Revision, Document, Edition, *PROJECTIONS, Override, Event, Erasure]
PAST = datetime(2026, 1, 1, tzinfo=UTC)
FUTURE = datetime(2031, 3, 5, tzinfo=UTC)
OTHER_VALUES = {
    models.CharField: "xyz",
    models.TextField: "other",
    models.JSONField: {"other": "words"},
    models.DateTimeField: PAST,
    models.DateField: PAST.date(),
    models.UUIDField: "00000000-0000-4000-8000-000000000000",
    models.BooleanField: True,
}


class assert_refused:  # noqa: N801  # reads like a function: with assert_refused():
    """Assert that the database refuses a statement in the block with this message, and roll back only the block."""

    def __init__(self, message=""):
        self.raises = pytest.raises(IntegrityError, match=message or None)

    def __enter__(self):
        self.raises.__enter__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, *error):
        self.savepoint.__exit__(*error)
        return self.raises.__exit__(*error)


@pytest.fixture
def story():
    """Return a live story with at least one row in every protected table."""
    editor, outlet = make_user(), make_outlet()
    question = make_question(owner=editor, answer_state="open")
    question.answers.update(expires_on=FUTURE.date())
    revisions.record_revision(question, by=editor)
    publishing.publish(question, by=editor)
    story = make_story(
        owner=editor,
        outlets=(outlet, make_outlet()),
        topics=(make_topic(),),
        questions=(question,),
        byline=("Ida Sund",),
        articles=(make_article(outlet=outlet),),
        lead_image=make_image(),
        lead_alt="A pier",
    )
    story.forecasts.create(speaker="The harbour office", expected="The pier opens.", due_on=FUTURE.date())
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    Override.objects.create(
        edition=edition_of(story), code="a", anchor="headline", message="Too long.", reason="So it is.", by=editor
    )
    closed = Erasure.objects.create(kind="story", uid=story.uid, scope="work", reason="A court said so.")
    Erasure.objects.update(closed_at=closed.opened_at)
    return story


def open_erasure(story):
    return Erasure.objects.create(kind="story", uid=story.uid, scope="work", reason="A court said so.")


def all_rows(model):
    return model._default_manager.all()


def other_value(row, field):
    """Return a different value for a column, one that violates no other rule."""
    if field.is_relation:
        return (getattr(row, field.attname) or 0) + 1_000
    for kind, value in OTHER_VALUES.items():
        if isinstance(field, kind):
            return (not getattr(row, field.attname)) if value is True else value
    return (getattr(row, field.attname) or 0) + 1


@pytest.mark.parametrize("model", PROTECTED_MODELS)
def test_rows_cannot_be_deleted(story, model):
    row = all_rows(model).first()
    with assert_refused():
        all_rows(model).filter(pk=row.pk)._raw_delete(connection.alias)
    assert all_rows(model).filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", PROTECTED_MODELS)
def test_columns_cannot_be_changed_except_a_few(story, model):
    changeable = {"live_until"} | {"reviewed_by", "reviewed_at", "review_note"} | {"closed_at", "document", "files"}
    row = all_rows(model).first()
    for field in model._meta.concrete_fields:
        if field.name not in changeable:
            with assert_refused():
                all_rows(model).filter(pk=row.pk).update(**{field.attname: other_value(row, field)})


@pytest.mark.parametrize("model", PROTECTED_MODELS)
def test_saving_an_unchanged_row_is_allowed(story, model):
    all_rows(model).first().save()


@pytest.mark.parametrize("model", [*PROJECTIONS, Override, Edition, Revision, Document])
def test_an_open_erasure_allows_changes_of_texts_and_deletions(story, model):
    erasure, row = open_erasure(story), all_rows(model).order_by("-pk").first()
    before = all_rows(model).count()
    with transaction.atomic():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.TextField | models.JSONField):
                all_rows(model).filter(pk=row.pk).update(**{field.attname: other_value(row, field)})
        if model is Edition:
            Override.objects.all().delete()
            for projection in PROJECTIONS:
                all_rows(projection).all().delete()
        if model in {Edition, *PROJECTIONS, Override}:
            all_rows(model).filter(pk=row.pk)._raw_delete(connection.alias)
            assert all_rows(model).count() == before - 1
        transaction.set_rollback(True)
    Erasure.objects.filter(pk=erasure.pk).update(closed_at=timezone.now())
    with assert_refused():
        all_rows(model).filter(pk=row.pk)._raw_delete(connection.alias)


def test_an_open_erasure_allows_deleting_an_unused_document_and_its_revision(story):
    draft = make_question()
    revision = draft.revisions.get()
    open_erasure(story)
    revision.delete()
    Document.objects.filter(pk=revision.document_id).delete()
    assert not Document.objects.filter(pk=revision.document_id).exists()


def test_an_open_erasure_allows_removing_only_the_words_of_audit_entries(story):
    open_erasure(story)
    event = Event.objects.about(story.uid)[0]
    Event.objects.filter(pk=event.pk).update(before={}, after={}, reason="", by_name="a former member")
    for column, value in {"verb": "x", "kind": "x", "at": PAST, "uid": story.work_topics.get().uid}.items():
        with assert_refused("What is on record never changes."):
            Event.objects.filter(pk=event.pk).update(**{column: value})
    with assert_refused("The record is kept for ever."):
        Event.objects.filter(pk=event.pk).delete()


def test_an_erasure_is_closed_only_once_and_cannot_be_deleted(story):
    erasure = open_erasure(story)
    Erasure.objects.filter(pk=erasure.pk).update(closed_at=FUTURE)
    for values in ({"closed_at": None}, {"closed_at": PAST}, {"files": ["ab"]}, {"document": "ab"}):
        with assert_refused("This erasure is closed already."):
            Erasure.objects.filter(pk=erasure.pk).update(**values)
    with assert_refused("That something was erased stays on record."):
        Erasure.objects.filter(pk=erasure.pk).delete()


def test_the_name_of_who_erased_can_be_removed_only_while_another_erasure_is_open(story):
    erasure = open_erasure(story)
    Erasure.objects.filter(pk=erasure.pk).update(closed_at=FUTURE)
    with assert_refused("What an erasure says of itself never changes."):
        Erasure.objects.filter(pk=erasure.pk).update(by_name="a former member")
    open_erasure(story)
    Erasure.objects.filter(pk=erasure.pk).update(by_name="a former member")
    with assert_refused("What an erasure says of itself never changes."):
        Erasure.objects.filter(pk=erasure.pk).update(reason="Another.")


def test_an_override_is_reviewed_only_once(story):
    override, reviewer = Override.objects.get(), make_user()
    second_review = {"reviewed_by": make_user(), "reviewed_at": FUTURE, "review_note": "No."}
    Override.objects.filter(pk=override.pk).update(reviewed_by=reviewer, reviewed_at=PAST, review_note="Fine.")
    for column, value in second_review.items():
        with assert_refused("This override was reviewed already."):
            Override.objects.filter(pk=override.pk).update(**{column: value})


def test_the_end_of_an_edition_can_be_changed_until_it_has_passed(story):
    edition = edition_of(story)
    for until in (FUTURE, FUTURE - timedelta(days=1), FOREVER, edition.live_from):
        for model in (Edition, *PROJECTIONS):
            key = "pk" if model is Edition else "edition"
            all_rows(model).filter(**{key: edition.pk}).update(live_until=until)


@pytest.mark.parametrize("model", [Edition, *PROJECTIONS])
def test_a_span_never_ends_before_it_begins(story, model):
    with assert_refused("An edition cannot end before it begins."):
        all_rows(model).update(live_until=PAST)


@pytest.mark.parametrize("model", [Edition, *PROJECTIONS])
def test_the_span_of_an_ended_edition_cannot_be_changed(story, model):
    first = edition_of(story) if model is Edition else all_rows(model).latest("pk").edition
    publishing.withdraw(first.work, by=make_user(), notice="Its source took the numbers back.")
    conditions = {"pk": first.pk} if model is Edition else {"edition": first.pk}
    ended = Edition.objects.get(pk=first.pk).live_until
    for until in (first.live_from, ended - (ended - first.live_from) / 2):
        with assert_refused("This edition has ended: what readers saw until then stays as it was."):
            all_rows(model).filter(**conditions).update(live_until=until)


@pytest.mark.parametrize("model", [Edition, *PROJECTIONS])
def test_a_cancelled_schedule_cannot_be_reactivated(story, model):
    all_rows(model).update(live_until=models.F("live_from"))
    with assert_refused("This schedule was cancelled: make a new one."):
        all_rows(model).update(live_until=FUTURE)


def insert_edition(edition, **fields):
    """Insert another edition of the same work."""
    fields = {"number": edition.number + 1, "kind": "notice", "notice": "Gone.", **fields}
    values = {f.attname: getattr(edition, f.attname) for f in Edition._meta.concrete_fields if not f.primary_key}
    return Edition.objects.create(**{**values, **fields})


def test_two_editions_of_a_work_cannot_overlap(story):
    edition = edition_of(story)
    Edition.objects.filter(pk=edition.pk).update(live_until=FUTURE)
    day = timedelta(days=1)
    for span in (
        (FUTURE - day, FUTURE + day),
        (PAST, edition.live_from + day),
        (FUTURE - 2 * day, FUTURE - day),
        (PAST, FOREVER),
    ):
        with assert_refused("Two editions of a page cannot stand at the same time"):
            insert_edition(edition, live_from=span[0], live_until=span[1])
    following = insert_edition(edition, live_from=FUTURE, live_until=FOREVER)
    with assert_refused("Two editions of a page cannot stand at the same time"):
        Edition.objects.filter(pk=edition.pk).update(live_until=FUTURE + day)
    assert Edition.objects.get(pk=following.pk).live_from == FUTURE


def test_an_empty_span_overlaps_nothing(story):
    edition = edition_of(story)
    middle = edition.live_from + timedelta(days=1)
    insert_edition(edition, live_from=middle, live_until=middle)
    assert Edition.objects.in_force(middle).filter(work=story).get() == edition


def test_rendered_columns_can_be_changed_only_during_a_run_of_rerendering(story):
    edition, run = edition_of(story), Rerendering.objects.create()
    rendered = {"fragments": {}, "summary": "New.", "minutes": 9}
    Edition.objects.filter(pk=edition.pk).update(**rendered)
    with assert_refused("What an edition says never changes: publish a new one."):
        Edition.objects.filter(pk=edition.pk).update(title="New")
    Rerendering.objects.filter(pk=run.pk).update(finished_at=FUTURE)
    with assert_refused("What an edition says never changes: publish a new one."):
        Edition.objects.filter(pk=edition.pk).update(summary="Newer.")


def test_the_rendered_columns_are_those_of_the_renderer():
    assert set(RenderedDocument.__slots__) == rules.RENDERED


def test_sentences_need_no_escaping_and_fit_the_length_of_a_constraint_name():
    sentences = [rule.sentence for rule in rules.build_rules(model_columns())] + [rules.OVERLAP]
    assert not [sentence for sentence in sentences if "'" in sentence]
    assert len(rules.OVERLAP) < 64


def model_columns():
    return {model._meta.db_table: {field.column for field in model._meta.concrete_fields} for model in PROTECTED_MODELS}


def drop_one() -> None:
    """Drop the first trigger of the table of revisions."""
    with connection.cursor() as cursor:
        language = installation._get_language(connection)
        name = next(name for name in sorted(language.installed(cursor)) if name.startswith("guard_stories_revision_"))
        cursor.execute(f'DROP TRIGGER "{name}"' + (" ON stories_revision" if connection.vendor == "postgresql" else ""))


def test_a_migrated_database_has_all_triggers():
    assert triggers.missing() == []
    assert checks.run_checks(tags=["database"], databases=["default"]) == []


def test_missing_triggers_are_reported_by_a_check_and_can_be_installed():
    triggers.remove()
    assert "stories_edition: DELETE is not refused (kept)" in triggers.missing()
    warnings = [
        warning
        for warning in checks.run_checks(tags=["database"], databases=["default"])
        if warning.id == "stories.W001"
    ]
    assert len(warnings) == 1
    triggers.install()
    assert triggers.missing() == []


def test_triggers_of_a_newer_release_count_as_installed(monkeypatch):
    monkeypatch.setattr(installation, "VERSION", installation.VERSION + 1)
    triggers.install()
    monkeypatch.undo()
    assert triggers.missing() == []


def test_triggers_of_an_older_release_count_as_missing(monkeypatch):
    monkeypatch.setattr(installation, "VERSION", installation.VERSION + 1)
    assert triggers.missing()


def test_a_missing_trigger_of_a_newer_release_is_reported(monkeypatch):
    monkeypatch.setattr(installation, "VERSION", installation.VERSION + 1)
    triggers.install()
    monkeypatch.undo()
    drop_one()
    assert len(triggers.missing()) == 1


def test_one_missing_trigger_is_installed_while_the_others_stay_in_force():
    drop_one()
    with CaptureQueriesContext(connection) as queries:
        triggers.install()
    changes = [query["sql"] for query in queries if query["sql"].startswith(("CREATE TRIGGER", "DROP TRIGGER"))]
    assert [change.split()[0] for change in changes] == ["CREATE"]
    assert triggers.missing() == []


def test_an_erasure_that_was_left_open_is_reported(story):
    open_erasure(story)
    assert triggers.missing() == ["an erasure was left open"]


def test_installing_again_takes_at_most_four_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        triggers.install()


class TestAcrossMigrations:
    """Triggers across migrations. SQLite alters a table by remaking it, without its triggers."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_every_trigger_works_after_its_table_was_altered(self, story):
        column = models.CharField(max_length=10, default="")
        column.set_attributes_from_name("added")
        triggers.remove()
        for model in PROTECTED_MODELS:
            with connection.schema_editor() as editor:
                editor.add_field(model, column)
        assert triggers.missing()
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []
        for model in PROTECTED_MODELS:
            with assert_refused():
                all_rows(model)._raw_delete(connection.alias)
            with assert_refused(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {model._meta.db_table} SET added = 'x'")  # noqa: S608 -- no user input
        triggers.remove()
        for model in PROTECTED_MODELS:
            with connection.schema_editor() as editor:
                editor.remove_field(model, column)
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []

    def test_without_a_migration_to_run_the_triggers_stay_in_place(self, monkeypatch):
        removed = []
        monkeypatch.setattr(triggers, "remove", removed.append)
        call_command("migrate", verbosity=0)
        assert removed == []

    def test_all_triggers_exist_after_migrating_back_and_forth(self):
        call_command("migrate", "record", "0001", verbosity=0)
        assert triggers.missing() == []
        call_command("migrate", verbosity=0)
        assert triggers.missing() == []
