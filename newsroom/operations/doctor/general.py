"""Examine the settings, the state, the backups and the drills of the site."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core import checks
from django.db import Error

from newsroom.http import clock
from newsroom.operations import site_state
from newsroom.operations.doctor import before_upgrade, database, machine, proxy, retention
from newsroom.operations.doctor.registry import Diagnosis, Occasion, Severity, fault, register, warning
from newsroom.operations.models import Backup, Drill

MAX_BACKUP_AGE = timedelta(hours=26)
MAX_DRILL_AGE = timedelta(days=8)


def examine_settings() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each error or warning of ``check --deploy``."""
    try:
        messages = checks.run_checks(include_deployment_checks=True)
    except Error:
        yield warning("Some settings were not examined, because the database does not answer.")
        return
    for message in messages:
        if message.level >= checks.WARNING and not message.is_silenced():
            report = fault if message.level >= checks.ERROR else warning
            yield report(f"{message.msg} ({message.id})", message.hint or "")


def examine_state() -> Iterator[Diagnosis]:
    """Yield a diagnosis if the site is quiet or being restored."""
    if site_state.is_restoring():
        yield fault("The site is being restored, or a restore was interrupted.", "Run manage.py restore again.")
    elif site_state.is_quiet():
        yield warning("This site does not send mail or notifications yet.", "Run manage.py go_live.")


def examine_backups() -> Iterator[Diagnosis]:
    """Yield a diagnosis if the site has no recent backup, or if the newest one lacks files."""
    if not settings.BACKUP_TO:
        yield warning("No backups are made: BACKUP_TO is not set.", "Set it to a folder on another disk.")
        return
    newest = Backup.objects.filter(is_quick=False).order_by("-taken_at").first()
    if newest is None:
        yield fault("There is no complete backup.", "Run manage.py backup create.")
    elif (age := clock.now() - newest.taken_at) > MAX_BACKUP_AGE:
        yield fault(f"The last complete backup is {_format_hours(age)} old.", "Run manage.py backup create.")
    elif newest.fault_count:
        yield warning(f"The last backup lacks {newest.fault_count} files.", "Run manage.py check_media --all.")


def examine_drills() -> Iterator[Diagnosis]:
    """Yield a warning if the newest drill has failed or is too old, or if there is none."""
    if not settings.BACKUP_TO:
        yield Diagnosis(Severity.OK, "There is no backup to restore on trial.")
        return
    newest = Drill.objects.order_by("-began_at").first()
    if newest is None:
        yield warning("No backup has been restored on trial yet.", "Run manage.py drill.")
    elif not newest.has_passed:
        yield warning(newest.sentence, "Run manage.py drill again when it is mended.")
    elif clock.now() - newest.began_at > MAX_DRILL_AGE:
        days = (clock.now() - newest.began_at).days
        yield warning(f"The last drill was {days} days ago.", "Run manage.py drill.")


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
    register("writes", database.examine_writes, healthy="The database takes writes.", occasions=always)
    register("migrations", database.examine_migrations, healthy="All migrations are applied.")
    register(
        "disk", machine.examine_disks, healthy="There is enough free space.", uses_database=False, occasions=always
    )
    register("cache", machine.examine_cache, healthy="The cache answers.")
    register("mail", machine.examine_mail, healthy="The mail server takes our mail.", uses_database=False)
    register("state", examine_state, healthy="The site is live.", occasions=always)
    register("backup", examine_backups, healthy="The last backup is recent and complete.")
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
