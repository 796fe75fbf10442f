"""The ``rerender`` command, which rerenders all editions after a change in the renderer."""

from django.core.management.base import CommandError

from newsroom.operations.commands import OperationCommand, StoppedError
from newsroom.operations.progress import ProgressBar
from stories.publishing.editions.rerender import UnrenderableError, rerender


class Command(OperationCommand):
    """``manage.py rerender``: rerender all editions. If a run is stopped, the next one continues where it stopped.

    Run the command when all servers have the new code, because an old server publishes with the old renderer.
    """

    help = "Render the HTML of all editions again after a change of the renderer. Continues a stopped run."

    def handle(self, *args: object, **options: object) -> None:
        """Rerender all editions, and print how many changed.

        Raise StoppedError if the run is stopped, and CommandError if an edition cannot be rendered.
        """
        bar = ProgressBar(self.stderr, "editions")
        done, total, changed = 0, 0, 0
        try:
            for progress in rerender():
                done, total, changed = progress.done, progress.total, progress.changed
                bar.show(done, total)
        except KeyboardInterrupt as stopped:
            raise StoppedError(f"Stopped at {done} of {total} editions. Run it again to continue.") from stopped
        except UnrenderableError as error:
            raise CommandError(f"Stopped at {done} of {total} editions. {error}") from error
        finally:
            bar.end()
        self.stdout.write(f"{total} editions rendered, {changed} of them changed.")
