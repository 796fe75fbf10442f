"""The screen of access events, for administrators only."""

from datetime import UTC, datetime

import pytest

from newsroom.audit.models import AccessEntry, AccessVerb
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/record/accessentry/"


@pytest.fixture
def admin_client(client):
    client.force_login(make_user(role="Administrator", username="chief"))
    AccessEntry.objects.all().delete()
    return client


def make_entry(account=None, verb=AccessVerb.SIGNED_IN, day=9, **fields) -> AccessEntry:
    fields = {"connection": "c0ffee" * 10, "browser": "Firefox"} | fields
    return AccessEntry.objects.create(account=account, verb=verb, at=datetime(2026, 11, day, 9, tzinfo=UTC), **fields)


def list_keys(client, query="") -> list[int]:
    return [entry.pk for entry in client.get(LIST + query).context["cl"].result_list]


def test_the_list_can_be_filtered_by_person_event_and_day(admin_client, editor, writer):
    first, second = make_entry(editor), make_entry(writer, AccessVerb.FAILED, day=10)
    unknown = make_entry(None, AccessVerb.FAILED, day=11, unknown_name="d" * 64)
    assert list_keys(admin_client) == [unknown.pk, second.pk, first.pk]
    assert list_keys(admin_client, f"?account__id__exact={editor.pk}") == [first.pk]
    assert list_keys(admin_client, "?account__id__exact=unknown") == [unknown.pk]
    assert list_keys(admin_client, "?verb=failed") == [unknown.pk, second.pk]
    assert list_keys(admin_client, "?from=2026-11-10&to=2026-11-10") == [second.pk]
    assert admin_client.get(f"{LIST}?account__id__exact=nobody").status_code == 302


def test_the_list_shows_digests_in_part_and_no_name_that_was_typed(admin_client, editor):
    make_entry(editor)
    make_entry(None, AccessVerb.FAILED, unknown_name="d" * 64)
    page = admin_client.get(LIST).rendered_content
    assert "c0ffeec0ffee" in page
    assert f"Unknown name {'d' * 12}" in page
    assert "d" * 13 not in page
    assert "Sign-in failed" in page


def test_nothing_can_be_added_changed_or_deleted(admin_client, editor):
    entry = make_entry(editor)
    for screen in ("add/", f"{entry.pk}/delete/"):
        assert admin_client.post(LIST + screen).status_code == 403
    assert admin_client.post(f"{LIST}{entry.pk}/change/", {"verb": "failed"}).status_code == 403
    assert AccessEntry.objects.filter(pk=entry.pk, verb="signed in").exists()


@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator"])
def test_only_administrators_see_it(role):
    client = signed_in(make_user(role=role))
    assert client.get(LIST).status_code == 403
    assert LIST not in client.get("/admin/").content.decode()
