"""A Redis for the tests that need one, and settings that name it."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from newsroom.caching import RedisCache
from tests.caching.redis import RedisServer


@pytest.fixture(scope="session")
def _one_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis(_one_redis: RedisServer, settings, db) -> Iterator[RedisServer]:
    """Return a Redis that holds nothing and is named by the settings; it runs again after the test."""
    if not _one_redis._answers():
        _one_redis.start()
    _one_redis.client.flushall()
    _one_redis.client.config_set("maxmemory", "0")
    _use(settings, _one_redis.url)
    yield _one_redis
    _one_redis.client.close()
    caches["default"].clear()


def _use(settings, address: str) -> None:
    """Name a Redis in the settings, which nothing has asked in vain yet."""
    settings.CACHES = {"default": {"BACKEND": "newsroom.caching.RedisCache", "LOCATION": address}}
    RedisCache._retry_at.clear()
