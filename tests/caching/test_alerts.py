"""The alert that Redis does not answer."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from newsroom.http import clock
from newsroom.operations import metrics
from newsroom.operations.alerts.evaluation import evaluate
from tests.conftest import signed_in
from tests.factories import make_user
from tests.health_results import discard_results

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Redis does not answer; limits are counted in the database."


def told():
    return [message.subject for message in mail.outbox if WORDS in message.subject]


def evaluate_each_half_minute(at, *, since, until):
    """Evaluate the alerts every 30 seconds, from ``since`` to ``until`` seconds after ``at``."""
    for seconds in range(since + 30, until + 1, 30):
        discard_results()
        evaluate(at + timedelta(seconds=seconds))


def test_redis_that_is_gone_is_named_and_told_once_and_so_is_its_end(redis, settings, capsys):
    settings.EMAIL_CONFIGURED = True
    settings.ALERT_EMAILS = ["operations@lisle.example"]
    client, at = signed_in(make_user(role="Administrator")), clock.now()
    evaluate(at)
    assert not told()
    redis.kill()
    evaluate_each_half_minute(at, since=0, until=120)
    [subject] = told()
    assert subject.startswith(f"Newsroom: {WORDS} Start it at 127.0.0.1:")
    discard_results()
    assert WORDS in client.get("/admin/health/").content.decode()
    assert 'newsroom_alerts_open{code="cache",level="amber"} 1.0' in metrics.render().decode()
    call_command("doctor", only=["cache"])
    assert f"warning: cache: {WORDS}" in capsys.readouterr().out
    evaluate_each_half_minute(at, since=120, until=600)
    assert told() == [subject]
    redis.start()
    evaluate_each_half_minute(at, since=600, until=720)
    assert told()[1:] == [f"Newsroom: ended: {subject.removeprefix('Newsroom: ')}"]
