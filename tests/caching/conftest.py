"""A Redis server for the tests, and settings that use it."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from newsroom.caching import RedisCache
from tests.caching.redis import RedisServer


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis(_redis_server: RedisServer, settings, db) -> Iterator[RedisServer]:
    """Return an empty Redis server that the settings use. It is restarted first if an earlier test killed it."""
    if not _redis_server._answers():
        _redis_server.start()
    _redis_server.client.flushall()
    _redis_server.client.config_set("maxmemory", "0")
    use_redis(settings, _redis_server.url)
    yield _redis_server
    _redis_server.client.close()
    caches["default"].clear()


def use_redis(settings, address: str) -> None:
    """Set the address of Redis in the settings, and forget earlier failures to reach it."""
    settings.CACHES = {"default": {"BACKEND": "newsroom.caching.RedisCache", "LOCATION": address}}
    RedisCache._retry_at.clear()
