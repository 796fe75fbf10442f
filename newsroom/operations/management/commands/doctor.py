"""The command that diagnoses problems of a site."""

import json
import logging
from argparse import ArgumentParser
from typing import Any

from newsroom.http import clock
from newsroom.operations.commands import FaultError, OperationCommand, UsageError
from newsroom.operations.doctor.registry import Occasion, Severity, examine_site, registered_names


class Command(OperationCommand):
    """``manage.py doctor``: examine the site, and print a line for each diagnosis. Nothing is changed."""

    # A site with wrong settings needs this command most, and the command itself examines the settings.
    requires_system_checks = ()
    help = "Examines the site, and says what is wrong and what to do. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print one JSON object.")
        parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="Examine only these.")
        parser.add_argument("--strict", action="store_true", help="Warnings count as faults.")
        parser.add_argument(
            "--before-upgrade",
            action="store_true",
            help="Examine what matters before this release migrates the tables.",
        )
        parser.add_argument(
            "--outside", action="store_true", help="Also ask SITE_URL as readers do: its certificate and its proxy."
        )

    def handle(
        self,
        *args: Any,
        only: list[str],
        strict: bool,
        as_json: bool,
        before_upgrade: bool,
        outside: bool,
        **options: Any,
    ) -> None:
        """Print the diagnoses.

        Raise FaultError if there is a fault or, with ``strict``, a warning. Raise UsageError if ``only`` contains an
        unknown name.
        """
        # The pool would log each attempt to connect, although a single diagnosis reports the failure.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        known = registered_names()
        if unknown := sorted(set(only) - set(known)):
            raise UsageError(f"There is no check called {', '.join(unknown)}. Use one of: {', '.join(known)}.")
        occasions = {Occasion.BEFORE_UPGRADE if before_upgrade else Occasion.REGULAR}
        if outside:
            occasions.add(Occasion.OUTSIDE)
        diagnoses = []
        for name, diagnosis in examine_site(only or registered_names(occasions), at=clock.now()):
            diagnoses.append((name, diagnosis))
            if not as_json:
                self.stdout.write(f"{diagnosis.severity}: {name}: {diagnosis.text_after_colon}")
                self.stdout.flush()
        if as_json:
            rows = [
                {"name": name, "severity": each.severity, "sentence": each.sentence, "remedy": each.remedy}
                for name, each in diagnoses
            ]
            self.stdout.write(json.dumps({"diagnoses": rows}, ensure_ascii=False))
        counted = {Severity.FAULT, Severity.WARNING} if strict else {Severity.FAULT}
        if count := sum(each.severity in counted for _, each in diagnoses):
            raise FaultError(f"{count} {'problem was' if count == 1 else 'problems were'} found.")
