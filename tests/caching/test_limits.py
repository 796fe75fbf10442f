"""Limits are counted in Redis, and in the database while Redis does not answer; nobody is refused below a limit."""

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
    """Leave no room for anything new."""
    redis.client.config_set("maxmemory-policy", "noeviction")
    redis.client.config_set("maxmemory", "1")


def only_reads(redis):
    """Let it be the copy of a server that is not there."""
    redis.client.config_set("replica-serve-stale-data", "yes")
    redis.client.replicaof("127.0.0.1", "1")


OUTAGES = [stop, fill, only_reads]


@pytest.fixture
def outage(redis, request):
    """Return what lets Redis fail; afterwards it is as it was."""
    yield lambda: request.param(redis)
    if request.param is only_reads:
        redis.client.replicaof("NO", "ONE")


def kept_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM newsroom_cache")
        return cursor.fetchone()[0]


def statuses(client, settings, count):
    settings.API_REQUESTS_PER_MINUTE = 3
    return [client.get(STORIES).status_code for _ in range(count)]


def test_limits_are_counted_in_redis(redis, client, settings, set_time):
    assert statuses(client, settings, 5) == [200, 200, 200, 429, 429]
    assert redis.client.dbsize() > 0
    assert kept_in_the_database() == 0


@pytest.mark.parametrize("outage", OUTAGES, indirect=True)
def test_limits_are_counted_in_the_database_while_redis_fails(outage, redis, client, settings, set_time):
    assert statuses(client, settings, 1) == [200]
    outage()
    assert statuses(client, settings, 5) == [200, 200, 200, 429, 429]
    assert kept_in_the_database() > 0


@pytest.mark.parametrize("outage", OUTAGES, indirect=True)
def test_people_sign_in_while_redis_fails(outage, client, editor):
    outage()
    assert client.post(LOGIN, {"login": editor.username, "password": PASSWORD}).status_code == 302
    client.logout()
    for number in range(6):
        assert client.post(LOGIN, {"login": editor.username, "password": f"guess-{number}"}).status_code != 500
    assert client.post(LOGIN, {"login": editor.username, "password": PASSWORD}).status_code != 302


def test_a_redis_that_is_back_is_asked_again(redis, monkeypatch):
    redis.kill()
    assert rate_limits.acquire_slot("place", 1, seconds=60)
    assert rate_limits.acquire_slot("place", 1, seconds=60) is None
    redis.start()
    assert redis.client.dbsize() == 0
    RedisCache._retry_at.clear()  # as after some seconds
    assert rate_limits.acquire_slot("place", 1, seconds=60)
    assert redis.client.dbsize() == 1


def test_after_a_restart_of_redis_nobody_waits_for_the_seconds_of_silence(redis):
    cache.set("key", 1)
    redis.kill()
    redis.start()
    cache.set("key", 2)
    assert redis.client.dbsize() == 1


def test_a_redis_that_fails_is_left_alone_for_a_while(redis, monkeypatch):
    redis.kill()
    attempts = []

    def connect(_):
        attempts.append(1)
        raise RedisConnectionError

    monkeypatch.setattr("redis.connection.Connection.connect", connect)
    assert [cache.get("key") for _ in range(20)] == [None] * 20
    assert 1 <= len(attempts) <= 2
    monkeypatch.undo()


def test_all_that_a_cache_can_do_is_done_while_redis_fails(redis):
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


def test_readers_at_once_take_as_many_places_as_there_are(redis):
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: rate_limits.acquire_slot("place", 3, seconds=60), range(24)))
    assert len([each for each in taken if each]) == 3


def test_the_count_that_redis_had_and_the_database_has_not_is_no_error(redis, client, settings, set_time, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 3
    make_published_story()
    assert client.get(STORIES).status_code == 200
    add = RedisCache.add

    def added_then_gone(self, *args):
        answer = add(self, *args)
        redis.kill()
        return answer

    monkeypatch.setattr(RedisCache, "add", added_then_gone)
    assert client.get(STORIES).status_code == 200


def test_readyz_asks_redis_itself(redis):
    assert health.cache_answers()
    redis.kill()
    with pytest.raises(RedisError):
        health.cache_answers()
