"""The evaluation of alerts: what begins and ends is told once, by mail and at ALERT_URL."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, OperationalError, transaction

from newsroom.background.models import WorkerLife
from newsroom.http import clock
from newsroom.operations.alerts import evaluation, outages
from newsroom.operations.alerts.evaluation import evaluate, evaluate_if_due, pause
from newsroom.operations.doctor import registry
from newsroom.operations.doctor.registry import examine_site, fault, warning
from newsroom.operations.models import Alert, AlertLevel, Pulse
from tests.factories import make_user
from tests.newsroom.page_cache.edge import Edge

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _administrator(settings):
    settings.EMAIL_CONFIGURED = True
    settings.ALERT_EMAILS = ["operations@lisle.example"]


class Conditions:
    """Conditions that a test sets, in place of those of the site."""

    def __init__(self):
        self.diagnoses = {}
        self.hold = {}

    def __call__(self):
        return [self.make(code) for code in ("worker", "disk", "trigger")]

    def make(self, code):
        return registry.Condition(code, lambda at: self.diagnoses.get(code, []), self.hold.get(code, timedelta()))


@pytest.fixture
def conditions(monkeypatch):
    found = Conditions()
    monkeypatch.setattr(registry, "registered_conditions", found)
    monkeypatch.setattr(evaluation, "registered_conditions", found)
    return found


@pytest.fixture
def receiver(settings):
    """Run a server at ``ALERT_URL``, which records its requests."""
    with Edge() as server:
        settings.ALERT_URL = f"http://127.0.0.1:{server.server_port}/hook"
        yield server
        server.shutdown()


def subjects():
    return [message.subject.removeprefix("Newsroom: ") for message in mail.outbox]


def test_beginning_and_end_are_told_once(conditions, settings):
    at = clock.now()
    conditions.diagnoses["worker"] = [fault("No worker has run.", "Start newsroom-worker@1.")]
    evaluate(at)
    evaluate(at + MINUTE)
    assert subjects() == ["No worker has run. Start newsroom-worker@1."]
    assert f"{settings.SITE_URL}/admin/health/" in mail.outbox[0].body
    alert = Alert.objects.get()
    assert (alert.code, alert.level, alert.since, alert.told, alert.ended) == ("worker", "red", at, at, None)
    conditions.diagnoses.clear()
    evaluate(at + 2 * MINUTE)
    evaluate(at + 3 * MINUTE)
    assert subjects()[1:] == ["ended: No worker has run. Start newsroom-worker@1."]
    assert Alert.objects.get().ended == at + 2 * MINUTE


def test_the_address_gets_all_that_an_alert_says(conditions, receiver, settings):
    at = clock.now()
    conditions.diagnoses["disk"] = [warning("14 % is free.", subject="/var")]
    evaluate(at)
    conditions.diagnoses.clear()
    evaluate(at + MINUTE)
    [(_, _, begun), (_, _, ended)] = receiver.requests
    assert begun == {
        "site": settings.SITE_URL, "message": "14 % is free.", "at": at.isoformat(), "code": "disk", "subject": "/var",
        "level": "amber", "state": "begun", "since": at.isoformat(), "ended": None,
    }  # fmt: skip
    assert ended == begun | {"state": "ended", "at": (at + MINUTE).isoformat(), "ended": (at + MINUTE).isoformat()}


def test_what_lasts_is_told_again_each_day(conditions, settings):
    at = clock.now()
    conditions.diagnoses["disk"] = [warning("14 % is free.")]
    evaluate(at)
    evaluate(at + timedelta(hours=23))
    conditions.diagnoses["disk"] = [warning("13 % is free.")]
    evaluate(at + timedelta(hours=24))
    evaluate(at + timedelta(hours=25))
    assert subjects() == ["14 % is free.", "still: 13 % is free."]
    settings.ALERT_REMIND_HOURS = 0
    evaluate(at + timedelta(days=9))
    assert len(mail.outbox) == 2


def test_what_gets_worse_is_told_again_and_what_gets_better_is_not(conditions):
    at = clock.now()
    for number, diagnosis in enumerate([warning("14 % is free."), fault("9 % is free."), warning("11 % is free.")]):
        conditions.diagnoses["disk"] = [diagnosis]
        evaluate(at + number * MINUTE)
    assert subjects() == ["14 % is free.", "9 % is free."]
    assert Alert.objects.get().level == AlertLevel.AMBER


def test_subjects_of_one_code_are_separate_alerts(conditions):
    at = clock.now()
    conditions.diagnoses["disk"] = [fault("5% under a.", subject="a"), fault("5% under b.", subject="b")]
    evaluate(at)
    conditions.diagnoses["disk"] = [fault("5% under a.", subject="a")]
    evaluate(at + MINUTE)
    assert subjects() == ["5% under a.", "5% under b.", "ended: 5% under b."]


def test_what_ends_before_it_is_told_sends_nothing(conditions):
    at = clock.now()
    conditions.hold["worker"] = timedelta(seconds=20)
    conditions.diagnoses["worker"] = [fault("No worker has run.")]
    evaluate(at)
    assert Alert.objects.open().exists()
    conditions.diagnoses.clear()
    evaluate(at + MINUTE / 2)
    assert not mail.outbox
    assert not Alert.objects.exists()


def test_what_comes_and_goes_is_told_every_fifteen_minutes_at_most(conditions):
    at = clock.now()
    for number in range(40):
        conditions.diagnoses = {} if number % 2 else {"worker": [fault("No worker has run.")]}
        evaluate(at + number * MINUTE / 2)
    assert len([subject for subject in subjects() if not subject.startswith("ended")]) == 2


def test_a_message_that_nobody_got_is_sent_at_the_next_evaluation(conditions, receiver, settings):
    settings.EMAIL_CONFIGURED = False
    at = clock.now()
    receiver.status = 500
    conditions.diagnoses["worker"] = [fault("No worker has run.")]
    evaluate(at)
    assert Alert.objects.get().told is None
    receiver.status = 200
    evaluate(at + MINUTE)
    assert Alert.objects.get().told == at + MINUTE
    conditions.diagnoses.clear()
    receiver.status = 500
    evaluate(at + 2 * MINUTE)
    receiver.status = 200
    evaluate(at + 3 * MINUTE)
    evaluate(at + 4 * MINUTE)
    states = [body["state"] for _, _, body in receiver.requests]
    assert states == ["begun", "begun", "ended", "ended"]


def test_a_condition_that_cannot_be_examined_neither_begins_nor_ends_an_alert(conditions, caplog):
    at = clock.now()
    conditions.diagnoses["worker"] = [fault("No worker has run.")]
    evaluate(at)

    class Broken:
        def __iter__(self):
            raise ValueError

    conditions.diagnoses["worker"] = Broken()
    evaluate(at + MINUTE)
    assert Alert.objects.open().count() == 1
    assert "The condition “worker” could not be examined." in caplog.text


def test_the_log_says_what_the_mail_says(conditions, caplog):
    conditions.diagnoses["worker"] = [fault("No worker has run.", "Start newsroom-worker@1.")]
    evaluate(clock.now())
    assert "worker: No worker has run. Start newsroom-worker@1." in caplog.text


def test_a_pause_holds_back_what_an_upgrade_explains(conditions):
    at = clock.now()
    pause(["trigger"], until=at + timedelta(minutes=15))
    conditions.diagnoses = {"trigger": [fault("A rule is missing.")], "worker": [fault("No worker has run.")]}
    evaluate(at)
    evaluate(at + timedelta(minutes=14))
    assert subjects() == ["No worker has run."]
    evaluate(at + timedelta(minutes=15))
    assert subjects()[1:] == ["A rule is missing."]


def test_an_alert_is_open_once():
    values = {"code": "worker", "level": AlertLevel.RED, "words": "No worker has run.", "since": clock.now()}
    Alert.objects.create(**values, ended=clock.now() + MINUTE)
    Alert.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(**values)
    Alert.objects.create(**values, subject="another")


def test_a_process_leaves_the_evaluation_to_one_that_has_just_done_it(conditions):
    at = clock.now()
    assert evaluate_if_due(at)
    assert not evaluate_if_due(at + timedelta(seconds=24))
    assert not evaluate_if_due(at + timedelta(seconds=74), age=evaluation.STALE)
    assert evaluate_if_due(at + timedelta(seconds=75), age=evaluation.STALE)
    assert Pulse.objects.evaluated_at() == at + timedelta(seconds=75)


def break_database(monkeypatch):
    def fail(*, using="default"):
        raise OperationalError("connection refused")

    monkeypatch.setattr(evaluation.site_state, "is_restoring", fail)


def test_a_database_that_is_gone_is_told_once_and_its_end_too(conditions, monkeypatch):
    at = clock.now()
    with monkeypatch.context() as patch:
        break_database(patch)
        for number in range(10):
            evaluate_if_due(at + number * MINUTE / 2)
        evaluate_if_due(at + timedelta(hours=25))
    assert subjects() == [
        "The database does not answer: connection refused. Start it, or correct DATABASE_URL.",
        "still: The database does not answer: connection refused. Start it, or correct DATABASE_URL.",
    ]
    evaluate_if_due(at + timedelta(hours=26))
    evaluate_if_due(at + timedelta(hours=27))
    assert subjects()[2:] == [
        "ended: The database does not answer: connection refused. Start it, or correct DATABASE_URL."
    ]


def test_a_database_that_comes_and_goes_is_told_every_fifteen_minutes_at_most(conditions, monkeypatch):
    at = clock.now()
    for number in range(0, 60, 3):
        with monkeypatch.context() as patch:
            break_database(patch)
            evaluate_if_due(at + number * MINUTE / 2)
            evaluate_if_due(at + (number + 1) * MINUTE / 2)
        evaluate_if_due(at + (number + 2) * MINUTE / 2)
    assert len([subject for subject in subjects() if not subject.startswith("ended")]) == 2


def test_a_restart_of_the_database_is_not_told(conditions, monkeypatch):
    at = clock.now()
    with monkeypatch.context() as patch:
        break_database(patch)
        evaluate_if_due(at)
    evaluate_if_due(at + MINUTE / 2)
    assert not mail.outbox
    assert outages.read(outages.DATABASE) is None


def test_nothing_is_evaluated_during_a_restore(conditions, monkeypatch):
    monkeypatch.setattr(evaluation.site_state, "is_restoring", lambda: True)
    conditions.diagnoses["worker"] = [fault("No worker has run.")]
    assert not evaluate_if_due(clock.now())
    assert not mail.outbox


def test_the_doctor_has_the_words_of_the_mail():
    at = clock.now()
    evaluate(at)
    [(_, diagnosis)] = examine_site(["worker"], at=at)
    assert str(diagnosis) in subjects()
    WorkerLife.objects.beat("a-worker")
    evaluate(clock.now())
    assert f"ended: {diagnosis}" in subjects()


def test_administrators_are_told_without_a_setting(settings):
    settings.ALERT_EMAILS = []
    administrator = make_user(role="Administrator")
    evaluate(clock.now())
    assert {address for message in mail.outbox for address in message.to} == {administrator.email}
