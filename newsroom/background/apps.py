"""The configuration of the app, with the recurring checks and health checks that it registers."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The configuration of the app, under the label ``jobs``."""

    name = "newsroom.background"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register the recurring checks of the worker, and the health checks of worker and queue for ``/readyz``."""
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
        # Not needed: without a worker the site works, and background tasks are only late.
        health.register("worker", WorkerLife.objects.is_any_alive, needed=False)
        health.register("queue", Job.objects.is_prompt, needed=False)
