"""The ``reindex`` command, which rebuilds the readers' search index and the index of drafts."""

from newsroom.operations.commands import OperationCommand, StoppedError
from newsroom.operations.progress import ProgressBar
from stories.drafts import search
from stories.publishing.editions.search_index import reindex


class Command(OperationCommand):
    """Rebuild both indexes. The command may be stopped and run again, and readers can search while it runs."""

    help = (
        "Rebuild the search indexes of the site and the desk, after a change in how words are read. Safe to run again."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Rebuild both indexes, and print the numbers of indexed entries.

        Raise StoppedError if the run is stopped.
        """
        bar = ProgressBar(self.stderr, "pages and names")
        done, total = 0, 0
        try:
            for progress in reindex():
                done, total = progress.done, progress.total
                bar.show(done, total)
        except KeyboardInterrupt as stopped:
            raise StoppedError(f"Stopped at {done} of {total}. Run it again; it starts over.") from stopped
        finally:
            bar.end()
        self.stdout.write(f"{total} pages and names indexed.")
        done = 0
        try:
            for done in search.index_all():
                bar.show(done, done)
        except KeyboardInterrupt as stopped:
            raise StoppedError(f"Stopped after {done} drafts. Run it again; it starts over.") from stopped
        finally:
            bar.end()
        self.stdout.write(f"{done} drafts indexed for the desk.")
