"""The command that encrypts second factors with the current secret key."""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from newsroom.accounts import mfa
from newsroom.operations.commands import IncompleteError, OperationCommand
from newsroom.operations.progress import ProgressBar


class Command(OperationCommand):
    """``manage.py rotate_keys``: encrypt second factors with the current ``SECRET_KEY``.

    The command is idempotent.
    """

    help = "Encrypt second factors again with the current SECRET_KEY. Exit code 5 if a key is not listed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print the counts as one JSON object.")

    def handle(self, *args: object, as_json: bool, **options: object) -> None:
        """Encrypt the factors and print the counts. Raise IncompleteError if some cannot be decrypted."""
        bar = ProgressBar(self.stderr, "second factors")
        result = mfa.rotate_second_factors(progress=bar.show)
        bar.end()
        if as_json:
            self.stdout.write(json.dumps(asdict(result)))
        else:
            verb = "was" if result.encrypted == 1 else "were"
            self.stdout.write(
                f"{_count(result.encrypted)} {verb} encrypted again; {result.current} had the current key."
            )
        if result.unreadable:
            verb = "belongs" if result.unreadable == 1 else "belong"
            raise IncompleteError(f"{_count(result.unreadable)} {verb} to a key that is not listed.")


def _count(number: int) -> str:
    return f"{number} second factor{'' if number == 1 else 's'}"
