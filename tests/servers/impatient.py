"""``manage.py`` for tests of alerts: with shorter intervals and limits, unless ``FULL_LENGTH`` is set.

Run it as ``python -m tests.servers.impatient COMMAND``.
"""

import os
import sys
from datetime import timedelta

import django
from django.core.management import call_command


def shorten() -> None:
    """Divide the intervals and limits of alerts by twenty."""
    from newsroom.background import alert_thread, conditions, heartbeat
    from newsroom.operations import processes, wsgi
    from newsroom.operations.alerts import evaluation, outages

    vars(alert_thread)["INTERVAL"] = 1.5
    heartbeat.BEAT_INTERVAL = 0.5
    vars(conditions)["DEAD_AFTER"] = timedelta(seconds=3)
    evaluation.DUE, evaluation.STALE = timedelta(seconds=1), timedelta(seconds=4)
    outages.HOLD = timedelta(seconds=1)
    processes.INTERVAL, processes.OVERLAP, processes.SEEN_AFTER = 3.0, timedelta(seconds=3), timedelta(seconds=1)
    wsgi.EVALUATION_INTERVAL = 0.5
    wsgi.START_TIME = 5.0


if __name__ == "__main__":
    django.setup()
    if os.environ.get("FULL_LENGTH") != "1":
        shorten()
    command, *arguments = sys.argv[1:]
    call_command(command, *arguments)
