"""Configuration of all tests: which of them are collected, users of each role, and a clean media folder."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.db import connection
from django.dispatch import receiver
from django.test import Client, SimpleTestCase, TransactionTestCase
from django.urls import clear_url_caches
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from newsroom import counters
from newsroom.accounts.models import User
from newsroom.http import request_id
from newsroom.http.clock import FOREVER
from newsroom.page_cache.models import PageKeyQuerySet
from newsroom.process import freeze_loaded_objects
from tests.clocks import set_clock
from tests.databases import DROP_DATABASE, MigratedContent, direct_url
from tests.factories import make_user
from tests.health_results import discard_results
from tests.log_lines import checked_log_lines
from tests.migrated_copy import migrating_once
from tests.parts import markers_of_folder
from tests.responses import checked_responses

FULL_LENGTH = os.environ.get("FULL_LENGTH") == "1"

hypothesis_settings.register_profile(
    "house",
    deadline=None,  # times mean little on two cores that a browser uses too
    derandomize=not FULL_LENGTH,
    max_examples=2_000 if FULL_LENGTH else 30,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("house")


VENDOR = "sqlite" if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "postgresql"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Skip the folder of tests for the database that is not in use."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[VENDOR]
    return True if collection_path == Path(__file__).parent / other else None


@pytest.hookimpl(tryfirst=True)  # before pytest selects by markers
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder; on PostgreSQL, deselect those that use no database, because they run on SQLite."""
    for item in items:
        for name in markers_of_folder(item.path):
            item.add_marker(name)
    if VENDOR == "sqlite":
        return
    without_database = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=without_database)
    items[:] = [item for item in items if _uses_database(item)]


def pytest_collection_finish() -> None:
    """Exclude the loaded modules and collected tests from garbage collection, which would scan them again and again."""
    freeze_loaded_objects()


def _uses_database(item: pytest.Item) -> bool:
    """Return whether a test uses a database, judging by its markers, fixtures, class and folder."""
    test_class = getattr(item, "cls", None)
    return bool(
        item.get_closest_marker("django_db")
        or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        or (test_class and issubclass(test_class, SimpleTestCase))
        or VENDOR in item.path.parts
    )


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    """Keep the file of erasures, and uploaded and rendered files, in the test's own folder."""
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


@pytest.fixture(scope="session", autouse=True)
def _responses_with_security_headers():
    """Fail a test that receives a response without the security headers, or with a cookie that lacks an attribute."""
    with checked_responses():
        yield


@pytest.fixture(scope="session")
def log_lines():
    counters.write_to(None)  # count in memory, because nobody reads the counters of tests
    with checked_log_lines() as lines:
        yield lines


@pytest.fixture(autouse=True)
def _log_lines_without_secrets(log_lines):
    """Fail a test that logs a line that is not a JSON object, or that contains a secret of one of its requests."""
    log_lines.check()  # what fixtures of a wider scope logged
    yield
    log_lines.check()


@pytest.fixture(autouse=True)
def _same_request_id(monkeypatch):
    """Give all requests of a test one id, so that a test can compare the headers of two responses."""
    monkeypatch.setattr(request_id, "make_request_id", lambda: "0" * 32)
    yield
    request_id.set_request_id("")  # a test may leave a response open


@pytest.fixture(autouse=True)
def _fresh_health_checks():
    """Discard the results that health checks cached during the previous test."""
    discard_results()


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """After a test that commits, restore the rows that the database had after its migrations. Yield these rows."""
    with migrating_once():
        request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock():
        content = MigratedContent()
    if django_settings.DATABASE_DIRECT_URL:
        os.environ["DATABASE_DIRECT_URL"] = django_settings.DATABASE_DIRECT_URL = direct_url()
    if connection.vendor == "postgresql":
        connection.creation._destroy_test_db = _drop_database
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda _: content.restore()):
        yield content


def _drop_database(name: str, verbosity: int) -> None:
    """Drop the database of the tests, even if a pooler is connected to it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(DROP_DATABASE.format(name))


@pytest.fixture(autouse=True)
def _page_keys_bumped_last(monkeypatch):
    """Fail a test that writes page keys inside a longer transaction, because other publishers would wait until it ends.

    A test that opens a transaction itself does so with ``tests.transactions.of_the_test``.
    """
    bump = PageKeyQuerySet.bump_versions

    def bump_last(keys, names, **options):
        blocks = [block for block in connection.atomic_blocks if not block._from_testcase]
        assert not names or len(blocks) <= 1, "Open that transaction with invalidation()."
        bump(keys, names, **options)

    monkeypatch.setattr(PageKeyQuerySet, "bump_versions", bump_last)


@receiver(setting_changed)
def clear_reversed_addresses(*, setting, **_):
    """Clear Django's caches of URLs, which contain the prefix of each language."""
    if setting == "SITE_LANGUAGES":
        clear_url_caches()


@pytest.fixture
def four_languages(settings):
    """Configure the site in four languages, English first."""
    settings.SITE_LANGUAGES = ["en-gb", "de", "es", "ar"]


@pytest.fixture
def full_length() -> bool:
    """Return whether this run is ``make soak``, in which races and soak tests run at full length."""
    return FULL_LENGTH


@pytest.fixture
def set_time(monkeypatch):
    """Return a clock that shows a Monday morning until the test sets it."""
    return set_clock(monkeypatch)


@pytest.fixture
def writer(db):
    return make_user(role="Writer", username="writer")


@pytest.fixture
def editor(db):
    return make_user(role="Editor", username="editor")


@pytest.fixture
def curator(db):
    return make_user(role="Curator", username="curator")


@pytest.fixture
def administrator(db):
    return make_user(role="Administrator", username="administrator")


def signed_in(user: User, *, methods: tuple[str, ...] = ("password", "mfa"), at: float = FOREVER.timestamp()) -> Client:
    """Return a new client that is signed in as the user, and in which the user authenticated by ``methods`` at ``at``.

    By default, the user has just reauthenticated, whatever time the clock shows.
    """
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    confirm(client, user, methods=methods, at=at)
    return client


def confirm(
    client: Client, user: User, *, methods: tuple[str, ...] = ("password", "mfa"), at: float = FOREVER.timestamp()
) -> None:
    """Record in the session of the client that the user authenticated by ``methods`` at ``at``."""
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": at} for method in methods]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def writer_client(writer):
    return signed_in(writer)


@pytest.fixture
def editor_client(editor):
    return signed_in(editor)


@pytest.fixture
def curator_client(curator):
    return signed_in(curator)


@pytest.fixture
def administrator_client(administrator):
    return signed_in(administrator)
