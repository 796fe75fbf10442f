"""The app configuration for background tasks, and the recurring check that copies the file of erasures."""

from datetime import datetime
from functools import partial

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_save


def copy_erasures(at: datetime) -> None:
    """Copy the file of erasures to the backup store, if one is configured."""
    # Imported only on a site with backups, because these modules need libraries that take some memory.
    if settings.BACKUP_TO:
        from newsroom.operations.backup import create, store

        create.copy_erasures(store.open_store(settings.BACKUP_TO, s3_options=settings.BACKUP_S3))


class JobsConfig(AppConfig):
    """The app configuration for background tasks."""

    name = "newsroom.background"
    label = "jobs"
    verbose_name = "Background tasks"

    def ready(self) -> None:
        """Register recurring checks, a signal receiver, and what this app contributes to the operation of the site.

        The app contributes personal data, retention rules, conditions, an examination, health checks and gauges.
        """
        from django_tasks_db.models import DBTaskResult

        from newsroom.accounts import mfa
        from newsroom.audit import erasure_lines
        from newsroom.background import conditions, doctor, gauges, periodic, personal_data
        from newsroom.background.models import Job, WorkerLife, store_request_id
        from newsroom.media import missing_files
        from newsroom.notifications import tasks
        from newsroom.operations import health, processes, retention
        from newsroom.operations.alerts import addresses
        from newsroom.operations.doctor.registry import Occasion, register
        from newsroom.operations.models import Process, ProcessKind
        from newsroom.page_cache import purge

        pre_save.connect(store_request_id, sender=DBTaskResult, dispatch_uid="newsroom.background.request_id")
        personal_data.register()
        retention.register(retention.RowRule("tasks", 14, lambda at, age: [Job.objects.finished_before(at - age)]))
        retention.register(
            retention.RowRule(
                "workers",
                14,
                lambda at, age: [model.objects.unseen_since(at - age) for model in (WorkerLife, Process)],
            )
        )
        periodic.register_check("expired data", retention.tidy_if_due, may_hang=True)
        periodic.register_check("e-mails about notifications", tasks.enqueue_due_mail)
        periodic.register_check("pictures whose file is missing", missing_files.clear_found, may_hang=True)
        periodic.register_check("addresses for alerts", addresses.copy_addresses, may_hang=True)
        periodic.register_check("the file of erasures", erasure_lines.add_missing_lines, may_hang=True)
        periodic.register_check("secrets of two-factor authentication", mfa.enqueue_encryption)
        periodic.register_check("the copy of the file of erasures", copy_erasures, may_hang=True)
        periodic.register_check("the release that runs", purge.purge_for_new_release)
        periodic.register_check("the release of this process", partial(processes.record, ProcessKind.WORKER))
        conditions.register()
        register(
            "tasks",
            doctor.examine_tasks_before_upgrade,
            healthy="No task is waiting.",
            occasions=[Occasion.BEFORE_UPGRADE],
        )
        # Not needed: without a worker, the site still works, but no background task is run.
        health.register_check("worker", WorkerLife.objects.is_any_alive, needed=False)
        health.register_check("queue", Job.objects.is_prompt, needed=False)
        gauges.register()
