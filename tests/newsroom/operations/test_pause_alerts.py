"""The command that holds back alerts."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from newsroom.operations.models import AlertPause

pytestmark = pytest.mark.django_db


def test_the_codes_pause_for_a_quarter_of_an_hour(set_time):
    call_command("pause_alerts", "trigger", "release")
    until = set_time.moment + timedelta(minutes=15)
    assert dict(AlertPause.objects.values_list("code", "until")) == {"trigger": until, "release": until}
    call_command("pause_alerts", "trigger", minutes=0)
    assert AlertPause.objects.get(code="trigger").until == set_time.moment


def test_a_code_that_no_condition_has_is_wrong_usage():
    with pytest.raises(CommandError, match=r"No condition has the code nonsense\. Use one of: backup, ") as refusal:
        call_command("pause_alerts", "nonsense")
    assert refusal.value.returncode == 2
    assert not AlertPause.objects.exists()
