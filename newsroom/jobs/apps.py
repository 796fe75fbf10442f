"""The configuration of the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Let ``/readyz`` tell whether a worker lives; a site without one is right and only late, so it stays ready.

        Have workers look after the mails of notices, and after the edge where another release has begun to run.
        """
        from newsroom.jobs import recurring
        from newsroom.jobs.models import WorkerLife
        from newsroom.notices import digest
        from newsroom.pages import purging
        from newsroom.site import health

        recurring.register("mails of notices", digest.look)
        recurring.register("the release that runs", purging.notice_release)
        health.register("worker", WorkerLife.objects.is_any_alive, is_needed=False)
