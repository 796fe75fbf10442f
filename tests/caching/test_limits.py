"""Requests are counted in Redis, or in the database while Redis is down; no request within the limit is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from newsroom.caching import RedisCache
from newsroom.http import rate_limits
from newsroom.operations import health
from tests.factories import PASSWORD, make_published_story

STORIES = "/api/v1/stories"
LOGIN = "/accounts/login/"


def stop(redis):
    redis.kill()


def fill(redis):
    """Limit the memory of Redis to one byte, so that it accepts no new keys."""
    redis.client.config_set("maxmemory-policy", "noeviction")
    redis.client.config_set("maxmemory", "1")


def make_read_only(redis):
    """Make Redis a replica of a server that does not exist."""
    redis.client.config_set("replica-serve-stale-data", "yes")
    redis.client.replicaof("127.0.0.1", "1")


OUTAGES = [stop, fill, make_read_only]


@pytest.fixture
def outage(redis, request):
    """Return a function that makes Redis fail; the effect ends with the test."""
    yield lambda: request.param(redis)
    if request.param is make_read_only:
        redis.client.replicaof("NO", "ONE")


def count_rows_in_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM newsroom_cache")
        return cursor.fetchone()[0]


def request_stories(client, settings, count):
    settings.API_REQUESTS_PER_MINUTE = 3
    return [client.get(STORIES).status_code for _ in range(count)]


def test_requests_are_counted_in_redis(redis, client, settings, set_time):
    assert request_stories(client, settings, 5) == [200, 200, 200, 429, 429]
    assert redis.client.dbsize() > 0
    assert count_rows_in_database() == 0


@pytest.mark.parametrize("outage", OUTAGES, indirect=True)
def test_requests_are_counted_in_the_database_while_redis_fails(outage, redis, client, settings, set_time):
    assert request_stories(client, settings, 1) == [200]
    outage()
    assert request_stories(client, settings, 5) == [200, 200, 200, 429, 429]
    assert count_rows_in_database() > 0


@pytest.mark.parametrize("outage", OUTAGES, indirect=True)
def test_users_can_sign_in_while_redis_fails(outage, client, editor):
    outage()
    assert client.post(LOGIN, {"login": editor.username, "password": PASSWORD}).status_code == 302
    client.logout()
    for number in range(6):
        assert client.post(LOGIN, {"login": editor.username, "password": f"guess-{number}"}).status_code != 500
    assert client.post(LOGIN, {"login": editor.username, "password": PASSWORD}).status_code != 302


def test_redis_is_used_again_when_it_is_back(redis, monkeypatch):
    redis.kill()
    assert rate_limits.acquire_slot("place", 1, seconds=60)
    assert rate_limits.acquire_slot("place", 1, seconds=60) is None
    redis.start()
    assert redis.client.dbsize() == 0
    RedisCache._retry_at.clear()  # as if some seconds had passed
    assert rate_limits.acquire_slot("place", 1, seconds=60)
    assert redis.client.dbsize() == 1


def test_after_a_restart_redis_is_used_again_at_once(redis):
    cache.set("key", 1)
    redis.kill()
    redis.start()
    cache.set("key", 2)
    assert redis.client.dbsize() == 1


def test_redis_is_not_contacted_for_a_while_after_a_failure(redis, monkeypatch):
    redis.kill()
    attempts = []

    def connect(_):
        attempts.append(1)
        raise RedisConnectionError

    monkeypatch.setattr("redis.connection.Connection.connect", connect)
    assert [cache.get("key") for _ in range(20)] == [None] * 20
    assert 1 <= len(attempts) <= 2
    monkeypatch.undo()


def test_every_cache_operation_works_while_redis_fails(redis):
    redis.kill()
    cache.set("one", 1, 60)
    assert cache.incr("one") == 2
    assert cache.touch("one", 60)
    assert cache.has_key("one")
    assert "one" in cache
    assert cache.set_many({"two": 2}, 60) == []
    assert cache.get_many(["one", "two", "three"]) == {"one": 2, "two": 2}
    assert cache.delete("one")
    cache.delete_many(["two"])
    assert cache.get("two", "nothing") == "nothing"
    cache.set("three", 3)
    cache.clear()
    assert cache.get("three") is None


def test_simultaneous_readers_get_exactly_the_available_slots(redis):
    with ThreadPoolExecutor(8) as threads:
        slots = list(threads.map(lambda _: rate_limits.acquire_slot("place", 3, seconds=60), range(24)))
    assert len([each for each in slots if each]) == 3


def test_a_counter_lost_with_redis_causes_no_error(redis, client, settings, set_time, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 3
    make_published_story()
    assert client.get(STORIES).status_code == 200
    add = RedisCache.add

    def add_and_kill(self, *args):
        answer = add(self, *args)
        redis.kill()
        return answer

    monkeypatch.setattr(RedisCache, "add", add_and_kill)
    assert client.get(STORIES).status_code == 200


def test_readyz_checks_redis_itself(redis):
    assert health.cache_answers()
    redis.kill()
    with pytest.raises(RedisError):
        health.cache_answers()
