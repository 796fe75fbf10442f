"""A malformed CACHE_URL is an error at startup; a Redis server that is only down does not prevent startup."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from newsroom.caching import check_cache_url
from tests.caching.conftest import use_redis

HIDDEN_TEXT = "unseen-by-anybody"


def check_ids():
    return [message.id for message in check_cache_url()]


def test_a_redis_server_that_answers_passes_the_check(redis):
    assert check_ids() == []


def test_a_redis_server_that_is_down_is_a_warning(redis):
    redis.kill()
    [message] = check_cache_url()
    assert (message.id, message.is_serious()) == ("newsroom.W001", False)


def test_the_cache_in_the_database_needs_no_address():
    assert check_ids() == []


@pytest.mark.parametrize(
    "address",
    [
        "redis",
        "localhost:6379",
        "http://localhost:6379",
        "memcached://localhost",
        "redis://",
        "redis:///0",
        f"redis://:{HIDDEN_TEXT}@",
        f"redis://:{HIDDEN_TEXT}@localhost:port/0",
        f"redis://{HIDDEN_TEXT}@localhost:0/0",
        f"redis://:{HIDDEN_TEXT}@localhost:99999/0",
        f"redis://:{HIDDEN_TEXT}#1@localhost:6379/0",
        f"redis://:{HIDDEN_TEXT}/2@localhost:6379/0",
        f"redis://[{HIDDEN_TEXT}@localhost",
        "redis://cache..example:6379/0",
        f"redis://:{HIDDEN_TEXT}@{'x' * 64}.example/0",
        "redis://localhost:6379/first",
        "redis://localhost:6379/0?db=first",
        "redis://localhost:6379/0?socket_timeout=soon",
    ],
)
def test_a_malformed_address_is_an_error_that_does_not_show_it(settings, address):
    use_redis(settings, address)
    [message] = check_cache_url()
    assert (message.id, message.is_serious()) == ("newsroom.E001", True)
    assert HIDDEN_TEXT not in f"{message.msg}{message.hint}"


@pytest.mark.parametrize(
    "address",
    [
        "redis://localhost",
        "rediss://user:pa%2Fss@10.0.0.5:6380/3",
        "unix:///run/redis.sock?db=1",
        "redis://[::1]:6379/",
    ],
)
def test_a_valid_address_is_not_an_error(settings, address, monkeypatch):
    use_redis(settings, address)
    monkeypatch.setattr("newsroom.caching.RedisCache.is_available", lambda self: True)
    assert check_ids() == []


def test_a_missing_package_is_an_error(settings, monkeypatch):
    use_redis(settings, "redis://localhost")
    monkeypatch.setitem(sys.modules, "redis", None)
    assert check_ids() == ["newsroom.E001"]


@pytest.mark.parametrize(
    "program",
    [["-c", "import newsroom.wsgi"], ["manage.py", "worker", "--batch"]],
    ids=["the web server", "the worker"],
)
def test_no_process_starts_with_a_malformed_address(program):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "CACHE_URL": f"redis://:{HIDDEN_TEXT}@host:x",
    }
    done = subprocess.run(
        [sys.executable, *program],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "newsroom.E001" in done.stderr
    assert HIDDEN_TEXT not in done.stderr
