"""Indexes all that readers can find again, and all drafts that the desk can."""

from django.core.management.base import BaseCommand, CommandError

from stories.drafts import search
from stories.management.progress import ProgressBar
from stories.publishing.editions.search_index import reindex


class Command(BaseCommand):
    """``manage.py reindex``: may be stopped at any moment and begun anew; readers go on searching meanwhile."""

    help = (
        "Index all that readers and the desk can find again, after a change of how words are read. Safe to run again."
    )

    def handle(self, *args: object, **options: object) -> None:
        """Index, and say how much."""
        bar = ProgressBar(self.stderr, "pages and names")
        done, total = 0, 0
        try:
            for progress in reindex():
                done, total = progress.done, progress.total
                bar.show(done, total)
        except KeyboardInterrupt as stopped:
            raise CommandError(f"Stopped at {done} of {total}. Run it again; it begins anew.") from stopped
        finally:
            bar.end()
        self.stdout.write(f"{total} pages and names indexed.")
        done = 0
        try:
            for done in search.fill():
                bar.show(done, done)
        except KeyboardInterrupt as stopped:
            raise CommandError(f"Stopped after {done} drafts. Run it again; it begins anew.") from stopped
        finally:
            bar.end()
        self.stdout.write(f"{done} drafts indexed for the desk.")
