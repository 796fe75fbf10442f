"""The command that serves the site. It is suitable for production."""

import errno
import os
from argparse import ArgumentParser, ArgumentTypeError

from django.core.management.base import CommandError
from granian.log import LogLevels

from newsroom.operations.commands import CannotRunError, OperationCommand
from newsroom.operations.serve import bind_listeners, serve


def parse_positive(value: str) -> int:
    """Return ``value`` as a positive integer. Raise ArgumentTypeError for anything else."""
    if not value.isdecimal() or int(value) < 1:
        raise ArgumentTypeError(f"“{value}” is not a whole number above 0.")
    return int(value)


def parse_port(value: str) -> int:
    """Return ``value`` as a port number; with 0 the system chooses one. Raise ArgumentTypeError for anything else."""
    if not value.isdecimal() or int(value) > 65_535:
        raise ArgumentTypeError(f"“{value}” is not a port: 0 to 65535.")
    return int(value)


class Command(OperationCommand):
    """``manage.py serve``: serve requests in several worker processes until stopped by a signal."""

    help = "Serve the site. A worker that dies is replaced, and all end with this process."
    # Some checks query the database, but the site is served even if the database is unreachable. The checks that must
    # prevent a start run in newsroom.wsgi.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="The address to listen at (127.0.0.1).")
        parser.add_argument("--port", type=parse_port, default=8000, help="The port to listen at (8000).")
        parser.add_argument(
            "--workers",
            type=parse_positive,
            default=len(os.sched_getaffinity(0)),
            help="Processes (one for each core).",
        )
        parser.add_argument("--threads", type=parse_positive, default=4, help="Threads in each worker (4).")
        parser.add_argument(
            "--max-rss", type=parse_positive, default=400, help="MB of memory above which a worker is replaced (400)."
        )
        parser.add_argument(
            "--no-preload", action="store_false", dest="preload", help="Load the site in each worker, not before them."
        )

    def handle(
        self,
        *args: object,
        host: str,
        port: int,
        workers: int,
        threads: int,
        max_rss: int,
        preload: bool,
        verbosity: int,
        **options: object,
    ) -> None:
        """Bind the port, then serve.

        Raise CannotRunError if the port is in use, or CommandError if it cannot be bound for another reason.
        """
        try:
            listeners = bind_listeners(host, port, queues=workers)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotRunError(f"Port {port} is in use by another process.") from error
            raise CommandError(f"Cannot listen on {host}, port {port}: {error}.") from error
        log_level = LogLevels.info if verbosity else LogLevels.warning
        serve(listeners, threads=threads, max_rss=max_rss, preload=preload, log_level=log_level)
