"""What all tests share: which are collected, people of each role, and a clean place for files."""

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.db import connection
from django.dispatch import receiver
from django.test import Client, SimpleTestCase
from django.urls import clear_url_caches
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from newsroom.accounts.models import User
from newsroom.http.clock import FOREVER
from newsroom.operations import health
from newsroom.page_cache.models import PageKeyQuerySet
from newsroom.search import index
from stories.drafts.search.index import clear_index
from stories.publishing import triggers
from tests.clocks import set_clock
from tests.factories import make_user
from tests.parts import markers_of_folder

FULL_LENGTH = os.environ.get("FULL_LENGTH") == "1"

hypothesis_settings.register_profile(
    "house",
    deadline=None,  # two cores shared with a browser are no place to measure time
    derandomize=not FULL_LENGTH,
    max_examples=2_000 if FULL_LENGTH else 60,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("house")


VENDOR = "sqlite" if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "postgresql"
OF_A_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Collect what belongs to one database only where that database runs."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[VENDOR]
    return True if collection_path == Path(__file__).parent / other else None


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by markers
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder; on PostgreSQL, leave out those that use no database, as they run on SQLite."""
    for item in items:
        for name in markers_of_folder(item.path):
            item.add_marker(name)
    if VENDOR == "sqlite":
        return
    pure = [item for item in items if not _asks_a_database(item)]
    config.hook.pytest_deselected(items=pure)
    items[:] = [item for item in items if _asks_a_database(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    """Say whether a test has a database at hand, by its marks, its fixtures or its class."""
    of_django = getattr(item, "cls", None)
    return bool(
        item.get_closest_marker("django_db")
        or OF_A_DATABASE & set(getattr(item, "fixturenames", ()))
        or (of_django and issubclass(of_django, SimpleTestCase))
        or VENDOR in item.path.parts
    )


@pytest.fixture(autouse=True)
def files_of_the_test_alone(settings, tmp_path):
    """Keep uploaded and rendered files in the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def health_is_checked_anew():
    """Forget what checks answered in the test before, which would count for some seconds."""
    for check in health._checks.values():
        check.checked_at = None


@pytest.fixture(autouse=True)
def guards_lifted_for_the_flush(request):
    """Lift the guards before a test that wrote for everybody to see empties all tables; the flush lays them again."""
    marker = request.node.get_closest_marker("django_db")
    flushes = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not flushes and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    triggers.remove()
    index.empty_index()  # a flush leaves the words of SQLite where they are
    clear_index()


@pytest.fixture(autouse=True)
def pages_change_last(monkeypatch):
    """Refuse keys that change while a transaction of somebody else goes on: whoever publishes would wait for its end.

    A test that opens one itself says so by ``tests.transactions.of_the_test``.
    """
    bump = PageKeyQuerySet.bump_versions

    def bump_last(keys, names, *, at):
        blocks = [block for block in connection.atomic_blocks if not block._from_testcase]
        assert not names or len(blocks) <= 1, "Begin that transaction with changing()."
        bump(keys, names, at=at)

    monkeypatch.setattr(PageKeyQuerySet, "bump_versions", bump_last)


@receiver(setting_changed)
def forget_addresses(*, setting, **_):
    """Have addresses reversed anew: Django keeps them for each language, with the prefix that it had."""
    if setting == "SITE_LANGUAGES":
        clear_url_caches()


@pytest.fixture
def four_languages(settings):
    """Give the site lists in four languages, English first."""
    settings.SITE_LANGUAGES = ["en-gb", "de", "es", "ar"]


@pytest.fixture
def full_length() -> bool:
    """Return whether this run is ``make soak``, where races and soaks go on for as long as they are meant to."""
    return FULL_LENGTH


@pytest.fixture
def set_time(monkeypatch):
    """Return a clock that stands on a Monday morning until the test sets it on."""
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


def signed_in(user: User, *, confirmed: bool = True) -> Client:
    """Return a browser of its own in which the account is signed in; ``confirmed`` just now, whatever the clock says."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if confirmed:
        confirm(client, user)
    return client


def confirm(client: Client, user: User) -> None:
    """Let whoever is signed in there have proved just now who they are."""
    session, at = client.session, FOREVER.timestamp()
    session["account_authentication_methods"] = [{"method": method, "at": at} for method in ("password", "mfa")]
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
