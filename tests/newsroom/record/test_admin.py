"""The screen of the log."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from newsroom.record.models import Event
from tests.factories import make_topic, make_user

pytestmark = pytest.mark.django_db


def test_an_event_says_on_the_day_s_clock_when_it_happened(client):
    event = Event.objects.create(
        kind="topic", uid=make_topic().uid, verb="merged", at=datetime(2026, 11, 9, 15, 40, tzinfo=UTC)
    )
    client.force_login(make_user(role="Administrator"))
    for page in (reverse("admin:record_event_changelist"), reverse("admin:record_event_change", args=[event.pk])):
        assert "9 Nov 2026, 15:40" in client.get(page).rendered_content
