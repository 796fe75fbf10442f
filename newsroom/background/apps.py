"""The configuration of the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.background"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register the ``/readyz`` lines of the worker and the queue. Neither is needed: without a worker the site is only late.

        Have workers look after the mails of notices, and after the edge where another release has begun to run.
        """
        from newsroom.accounts import mfa
        from newsroom.background import periodic
        from newsroom.background.models import Job, WorkerLife
        from newsroom.media import missing_files
        from newsroom.notifications import tasks
        from newsroom.operations import health
        from newsroom.page_cache import purge

        periodic.register("mails of notices", tasks.look)
        periodic.register("pictures whose file is missing", missing_files.look)
        periodic.register("secrets of second factors", mfa.look)
        periodic.register("the release that runs", purge.notice_release)
        health.register("worker", WorkerLife.objects.is_any_alive, needed=False)
        health.register("queue", Job.objects.is_prompt, needed=False)
