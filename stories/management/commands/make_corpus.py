"""The ``make_corpus`` command, which publishes a large corpus of invented stories for benchmarks and tests."""

from argparse import ArgumentParser

from django.contrib.auth.models import Group
from django.db import connection

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError
from newsroom.operations.commands import CannotRunError, OperationCommand, StoppedError, UsageError
from newsroom.operations.progress import ProgressBar
from stories.demo import corpus
from stories.publishing import RefusedError

PUBLISHER = "corpus"


class Command(OperationCommand):
    """``manage.py make_corpus --stories N`` adds the missing stories. A run may be stopped and repeated at any time."""

    # The URL checks import the views of all pages, which takes as long as publishing a few hundred stories.
    requires_system_checks = ()

    help = (
        "Publishes invented stories with their questions, topics and outlets: always the same ones. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stories", type=int, required=True, metavar="N", help="The total number of stories.")
        parser.add_argument(
            "--by",
            metavar="USER",
            help=f"The account that publishes them. Leave out to use “{PUBLISHER}”, which no one can sign in to.",
        )

        parser.add_argument(
            "--processes", type=int, default=1, metavar="P", help="The number of processes; 1 on SQLite."
        )

    def handle(self, *args: object, **options: object) -> None:
        """Publish the missing stories, and print the total.

        Raise UsageError if an option is invalid, StoppedError if the run is stopped, and CannotRunError if it is refused.
        """
        stories = int(str(options["stories"]))
        by = _get_publisher(str(options["by"] or ""))
        bar = ProgressBar(self.stderr, "stories")
        done = 0
        try:
            for progress in corpus.publish_corpus(
                stories, by=by, processes=_validate_processes(int(str(options["processes"])))
            ):
                done = progress.done
                bar.show(done, progress.total)
        except KeyboardInterrupt as stopped:
            raise StoppedError(f"Stopped at {done} of {stories}. Run it again to continue.") from stopped
        except (NotAllowedError, RefusedError) as refusal:
            raise CannotRunError(str(refusal)) from refusal
        finally:
            bar.end()
        corpus.update_statistics()
        self.stdout.write(f"The corpus has {stories} stories.")


def _validate_processes(processes: int) -> int:
    """Return ``processes``. Raise UsageError if it is below 1, or above 1 on SQLite."""
    if processes < 1 or (processes > 1 and connection.vendor == "sqlite"):
        raise UsageError("--processes must be 1 or more, and 1 on SQLite, where one process writes at a time.")
    return processes


def _get_publisher(name: str) -> User:
    """Return the user with this name or, without a name, the corpus's own user, who cannot sign in.

    Raise CannotRunError if no user has this name.
    """
    if name:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CannotRunError(f"There is no account “{name}”.")
        return user
    user, is_new = User.objects.get_or_create(username=PUBLISHER, defaults={"first_name": "Corpus"})
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.groups.add(Group.objects.get(name="Editor"))
    return user
