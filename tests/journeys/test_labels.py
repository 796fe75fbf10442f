"""No label of a metric contains the name of a story or an account, or anything else that people have written."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from newsroom import counters
from newsroom.accounts.models import User
from newsroom.operations import metrics
from tests.conftest import signed_in
from tests.factories import PASSWORD
from tests.journeys.desk import make_attempts
from tests.journeys.world import make_world

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db]
# Fields that contain names. Shorter values, such as “how”, may be part of a route.
NAMES = {"slug", "username", "email", "name", "title", "headline", "question", "file", "host", "written", "url"}
MIN_LENGTH = 5


@pytest.fixture(autouse=True)
def _own_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "close_old_connections", lambda: None)
    counters.write_to(tmp_path / "metrics")
    metrics.reset()
    yield
    counters.write_to(None)
    metrics.reset()


def iter_names() -> Iterator[str]:
    """Yield the uids in the database and the values of the fields in ``NAMES``, except short ones."""
    for label in ("accounts", "site", "stories", "topics", "media"):
        for model in apps.get_app_config(label).get_models():
            fields = [
                field.name
                for field in model._meta.concrete_fields
                if field.name in NAMES or isinstance(field, models.UUIDField)
            ]
            for row in model._default_manager.values_list(*fields) if fields else ():
                yield from (
                    str(value) for value in row if isinstance(value, str | UUID) and len(str(value)) >= MIN_LENGTH
                )


def list_labels() -> set[str]:
    """Return the values of all labels of all metrics."""
    families = text_string_to_metric_families(metrics.render().decode())
    return {value for family in families for sample in family.samples for value in sample.labels.values()}


def test_no_label_contains_a_slug_a_name_or_an_address():
    chief = User.objects.create_superuser("chief-of-the-desk", "chief@lisle.example", password=PASSWORD)
    world, attempts = make_world(), make_attempts(chief)
    reader, administrator = Client(), signed_in(chief)
    for address in (
        *world.public.values(),
        f"/stories/{world.draft.slug}/",
        f"/{world.story.slug}/",
        "/preview/secret-token/",
    ):
        reader.get(address)
    for attempt in attempts:
        reader.get(attempt.address)
    for attempt in attempts:
        administrator.get(attempt.address)
    signed_in(User.objects.get(username="somebody")).get("/admin/health/")  # a writer may not open it
    for user in User.objects.all():
        reader.post("/accounts/login/", {"login": user.username, "password": "not-the-password"})
    reader.generic("KESTREL", "/")
    labels, names = list_labels(), set(iter_names())
    assert len(labels) > 200
    assert names > {chief.username, chief.email, world.story.slug, world.question.slug, str(world.story.uid)}
    assert [(name, label) for name in names for label in labels if name.casefold() in label.casefold()] == []
    assert not any("KESTREL" in label or "secret-token" in label for label in labels)
