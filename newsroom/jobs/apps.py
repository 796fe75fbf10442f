"""The configuration of the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the app under its short name."""

    name = "newsroom.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Let ``/readyz`` tell whether a worker lives; a site without one is right and only late, so it stays ready."""
        from newsroom.jobs.models import WorkerLife
        from newsroom.site import health

        health.register("worker", WorkerLife.objects.is_any_alive, is_needed=False)
