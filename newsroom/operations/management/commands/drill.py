"""The command that tests whether the newest backup can be restored."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from newsroom.operations.backup.drill import MIN_COMPARED, Outcome, default_target, run_drill
from newsroom.operations.commands import CannotRunError, FaultError, IncompleteError, OperationCommand
from newsroom.operations.progress import ProgressBar


class Command(OperationCommand):
    """``manage.py drill``: restore the newest backup into a separate database, and compare it with the live site."""

    requires_system_checks = ()
    help = "Restores the newest backup into a database of its own, and compares its pages with those of the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="source", metavar="TO", default="", help="Where the backups are (BACKUP_TO)."
        )
        parser.add_argument("--into", metavar="URL", default="", help="The database to use (newsroom_drill).")
        parser.add_argument("--pages", type=int, default=50, help="Pages to compare (50).")
        parser.add_argument("--keep", action="store_true", help="Do not empty the database afterwards.")
        parser.add_argument(
            "--identity", type=Path, metavar="FILE", help="The secret key of age, for encrypted backups."
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print one JSON object.")

    def handle(self, *args: Any, source: str, into: str, pages: int, keep: bool, **options: Any) -> None:
        """Run the drill, and print its result.

        Raise CannotRunError if no address is given. Raise FaultError if the drill found a fault, such as a page that
        differs. Raise IncompleteError if fewer than ``MIN_COMPARED`` pages could be compared. Errors of ``run_drill``
        propagate.
        """
        if not (address := source or settings.BACKUP_TO):
            raise CannotRunError("Say where the backups are: --from, or the setting BACKUP_TO.")
        bar = ProgressBar(self.stderr, "pages")
        try:
            outcome = run_drill(
                address,
                into or default_target(),
                pages=max(pages, 1),
                is_retained=keep,
                identity=options["identity"],
                show_progress=bar.show,
            )
        finally:
            bar.end()
        self._print(outcome, as_json=options["as_json"])
        if outcome.faults:
            raise FaultError("\n".join(outcome.faults))
        if not outcome.is_enough:
            raise IncompleteError(f"Only {outcome.compared} pages could be compared, and {MIN_COMPARED} are needed.")

    def _print(self, outcome: Outcome, *, as_json: bool) -> None:
        values = {
            "name": outcome.name,
            "pages": outcome.pages,
            "compared": outcome.compared,
            "faults": outcome.faults,
            "seconds": round(outcome.seconds, 1),
        }
        verdict = "failed" if outcome.faults else "passed" if outcome.is_enough else "ended"
        sentence = f"The drill with {outcome.name} {verdict}: {outcome.summarise(has_passed=True)}"
        self.stdout.write(json.dumps(values, ensure_ascii=False) if as_json else sentence)
