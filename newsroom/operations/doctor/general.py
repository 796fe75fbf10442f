"""Examine the settings, the state, the backups and the drills of the site, and register all general examinations."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core import checks
from django.db import Error

from newsroom.operations import processes, site_state
from newsroom.operations.doctor import before_upgrade, database, machine, proxy, retention
from newsroom.operations.doctor.registry import (
    Diagnosis,
    Occasion,
    Severity,
    fault,
    register,
    register_condition,
    warning,
)
from newsroom.operations.models import Backup, Drill

MAX_BACKUP_AGE = timedelta(hours=26)
MAX_DRILL_AGE = timedelta(days=8)
# A service that does not answer may be restarting. It is reported if it does not answer at the next evaluation either.
RESTART_TIME = timedelta(seconds=20)


def examine_settings() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each error or warning of ``check --deploy``, or a warning if the database fails."""
    try:
        messages = checks.run_checks(include_deployment_checks=True)
    except Error:
        yield warning("Some settings were not examined, because the database does not answer.")
        return
    for message in messages:
        if message.level >= checks.WARNING and not message.is_silenced():
            report = fault if message.level >= checks.ERROR else warning
            yield report(f"{message.msg} ({message.id})", message.hint or "")


def examine_restore() -> Iterator[Diagnosis]:
    """Yield a fault if the site is being restored."""
    if site_state.is_restoring():
        yield fault(
            "The site is being restored, or a restore was interrupted.", "Run manage.py restore again to continue."
        )


def find_quiet(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if the site is quiet."""
    if not site_state.is_restoring() and site_state.is_quiet():
        yield warning(site_state.NOT_LIVE)


def examine_backup_place() -> Iterator[Diagnosis]:
    """Yield a warning if no backups are made."""
    if not settings.BACKUP_TO:
        yield warning("No backups are made: BACKUP_TO is not set.", "Set it to a folder on another disk.")


def find_bad_backup(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if ``BACKUP_TO`` is set, but there is no recent backup with media files.

    Yield another one if media files were missing or damaged during the last such backup.
    """
    if not settings.BACKUP_TO:
        return
    newest = _newest_backup()
    if newest is None:
        yield warning("There is no complete backup.", "Run manage.py backup create.")
        return
    if (age := at - newest.taken_at) > MAX_BACKUP_AGE:
        yield warning(f"The last complete backup is {_format_hours(age)} old.", "Run manage.py backup create.")
    if count := newest.fault_count:
        files = "1 file" if count == 1 else f"{count:,} files"
        yield warning(f"The last backup lacks {files}.", "Run manage.py check_media --all.", subject="pictures")


def find_bad_drill(at: datetime) -> Iterator[Diagnosis]:
    """Yield a warning if ``BACKUP_TO`` is set, and the last drill failed or was too long ago."""
    newest = Drill.objects.order_by("-began_at").first() if settings.BACKUP_TO else None
    if newest is None:
        return
    if not newest.has_passed:
        reason = warning(newest.sentence).text_after_colon
        yield warning(f"The last drill failed: {reason}", "Run manage.py drill again when it is mended.")
    elif (age := at - newest.began_at) > MAX_DRILL_AGE:
        yield warning(f"The last drill was {age.days} days ago.", "Run manage.py drill.")


def examine_drills() -> Iterator[Diagnosis]:
    """Yield a warning if no drill has ever been run. If no backups are made, yield an OK diagnosis."""
    if not settings.BACKUP_TO:
        yield Diagnosis(Severity.OK, "There is no backup to restore in a drill.")
    elif not Drill.objects.exists():
        yield warning("No backup has been restored in a drill yet.", "Run manage.py drill.")


def _newest_backup() -> Backup | None:
    return Backup.objects.filter(is_quick=False).order_by("-taken_at").first()


def _format_hours(age: timedelta) -> str:
    hours = round(age / timedelta(hours=1))
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"


def register_general() -> None:
    """Register the examinations that belong to no other app."""
    always = (Occasion.REGULAR, Occasion.BEFORE_UPGRADE)
    register("settings", examine_settings, healthy="The settings are in order.", uses_database=False)
    register(
        "database",
        database.examine_database,
        healthy="The database answers.",
        uses_database=False,
        occasions=always,
    )
    register("replica", database.examine_replica, healthy="The replica answers, and is not behind.")
    register_condition(
        "writes", database.find_read_only, part="writes", healthy="The database takes writes.", occasions=always
    )
    register("migrations", database.examine_migrations, healthy="All migrations are applied.")
    register_condition(
        "disk",
        machine.find_full_disks,
        part="disk",
        healthy="There is enough free space.",
        uses_database=False,
        occasions=always,
    )
    register_condition(
        "cache", machine.find_silent_cache, part="cache", healthy="The cache answers.", hold=RESTART_TIME
    )
    register("mail", machine.examine_mail, healthy="The mail server takes our mail.", uses_database=False)
    register_condition("quiet", find_quiet, part="state", healthy="The site is live.", occasions=always)
    register("state", examine_restore, healthy="The site is live.")
    register_condition(
        "release", processes.find_other_releases, part="release", healthy="All processes run one release."
    )
    # The doctor itself examines the certificate together with the proxy, on the occasion ``OUTSIDE``.
    register_condition(
        "certificate",
        proxy.find_ending_certificate,
        part="certificate",
        healthy="The certificate does not end soon.",
        uses_database=False,
        occasions=(),
    )
    register_condition("backup", find_bad_backup, part="backup", healthy="The last backup is recent and complete.")
    register("backup", examine_backup_place, healthy="The last backup is recent and complete.")
    register_condition("drill", find_bad_drill, part="drill", healthy="The last drill has passed.")
    register("drill", examine_drills, healthy="The last drill has passed.")
    register("retention", retention.examine_retention, healthy="Expired data is deleted.")
    register("space", retention.examine_space, healthy="The database file has little free space.")
    register("support", machine.examine_support, healthy="All parts get security updates.")
    register(
        "proxy",
        proxy.examine_proxy,
        healthy="The proxy passes on what it should.",
        uses_database=False,
        occasions=[Occasion.OUTSIDE],
    )
    register(
        "tables",
        before_upgrade.examine_tables,
        healthy=f"No migration changes a table of more than {before_upgrade.LARGE:,} rows.",
        occasions=[Occasion.BEFORE_UPGRADE],
    )
    register(
        "transactions",
        before_upgrade.examine_transactions,
        healthy="No transaction has been open for long.",
        occasions=[Occasion.BEFORE_UPGRADE],
    )
    register(
        "backup_space",
        before_upgrade.examine_backup_space,
        healthy="There is space for a backup.",
        occasions=[Occasion.BEFORE_UPGRADE],
    )
    register(
        "second_server",
        before_upgrade.examine_second_server,
        healthy="A second web server can run beside the first.",
        occasions=[Occasion.BEFORE_UPGRADE],
    )
