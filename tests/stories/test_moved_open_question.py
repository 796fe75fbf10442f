"""The migration that moves a question from the address of the list of open questions."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from newsroom.redirects.models import Address
from stories.models import FAQ, Revision
from stories.publishing import publish, triggers
from tests.factories import edition_of, make_question, make_update, make_user

pytestmark = pytest.mark.django_db
migration = importlib.import_module("stories.migrations.0014_address_of_open_questions")


@pytest.fixture
def _without_triggers():
    """Remove the triggers, as they are while migrations run."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


def migrate():
    migration.forwards(apps, connection.schema_editor())


@pytest.mark.usefixtures("_without_triggers")
def test_a_question_at_the_address_of_the_list_moves_and_stays_there(client):
    faq = make_question(slug="open", question="Who opened the gate?")
    publish(faq, by=make_user())
    migrate()
    assert "Who opened the gate?" in client.get("/questions/open-question/").content.decode()
    assert "Who opened the gate?" not in client.get("/questions/open/").content.decode()
    assert FAQ.objects.get(pk=faq.pk).slug == "open-question"
    assert Address.objects.owner_uid("question", "open-question") == faq.uid
    revision = Revision.objects.get(work=faq)
    assert revision.document.body["slug"] == "open-question"
    assert edition_of(faq).document == revision.document
    assert revision.document.value().digest() == revision.document.digest


@pytest.mark.usefixtures("_without_triggers")
def test_a_draft_moves_too_and_gets_an_address_that_is_free():
    taken = make_question(slug="open-question")
    draft = make_question(slug="open")
    migrate()
    assert FAQ.objects.get(pk=draft.pk).slug == "open-question-2"
    assert FAQ.objects.get(pk=taken.pk).slug == "open-question"


def test_without_such_a_question_nothing_changes():
    faq = make_question(slug="opening")
    publish(faq, by=make_user(), change=make_update())
    migrate()
    assert edition_of(faq).slug == "opening"
