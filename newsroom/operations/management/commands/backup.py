"""The command that makes, lists, deletes and checks backups."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from newsroom.http import clock
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import Catalogue, find_newest, read_catalogue
from newsroom.operations.backup.prune import prune_backups
from newsroom.operations.backup.store import Store, open_store
from newsroom.operations.backup.verify import verify_backup
from newsroom.operations.commands import CannotRunError, FaultError, IncompleteError, OperationCommand
from newsroom.operations.models import Backup
from newsroom.operations.progress import ProgressBar

_MEGABYTE = 1_000_000


def open_backup_store(address: str) -> Store:
    """Return the store at ``address``, or at ``BACKUP_TO`` if ``address`` is empty.

    Raise CannotRunError if both are empty.
    """
    if not (chosen := address or settings.BACKUP_TO):
        raise CannotRunError("Say where the backups are: a folder, s3://bucket/prefix, or the setting BACKUP_TO.")
    return open_store(chosen, s3_options=settings.BACKUP_S3)


class Command(OperationCommand):
    """``manage.py backup create|list|prune|verify [TO]``. TO defaults to ``BACKUP_TO``."""

    # A site whose settings are wrong can still be backed up.
    requires_system_checks = ()
    help = "Makes, lists, deletes and checks backups of the database and the pictures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        create = actions.add_parser("create", help="Make a backup.")
        listing = actions.add_parser("list", help="List the backups, oldest first.")
        prune = actions.add_parser("prune", help="Delete old backups, and pictures that no backup names.")
        verify = actions.add_parser("verify", help="Check every file of a backup.")
        for action in (create, listing, prune, verify):
            action.add_argument("to", nargs="?", metavar="TO", default="", help="A folder or s3://bucket/prefix.")
            action.add_argument("--json", action="store_true", dest="as_json", help="Print one JSON object.")
        create.add_argument("--quick", action="store_true", help="The database alone.")
        create.add_argument("--with-renditions", action="store_true", help="Also the sizes made from each picture.")
        create.add_argument("--jobs", type=int, default=2, help="Tables and pictures copied at a time (2).")
        prune.add_argument(
            "--daily", type=int, default=settings.BACKUP_DAILY, help="The number of daily backups to keep."
        )
        prune.add_argument(
            "--weekly", type=int, default=settings.BACKUP_WEEKLY, help="The number of weekly backups to keep."
        )
        verify.add_argument("name", nargs="?", default="", metavar="NAME", help="Leave out to check the newest.")
        verify.add_argument("--deep", action="store_true", help="Also have the database read the dump.")
        verify.add_argument("--identity", type=Path, metavar="FILE", help="The secret key of age.")

    def handle(self, *args: Any, action: str, to: str, **options: Any) -> None:
        """Run the action.

        Raise CommandError, or one of its subclasses in ``newsroom.operations.commands``, if it fails.
        """
        store = open_backup_store(to)
        run = {"create": self._create, "list": self._list, "prune": self._prune, "verify": self._verify}[action]
        run(store, options)

    def _create(self, store: Store, options: dict[str, Any]) -> None:
        bar = ProgressBar(self.stderr, "pictures")
        try:
            created = create_backup(
                store,
                recipient=settings.BACKUP_AGE_RECIPIENT,
                is_quick=options["quick"],
                with_renditions=options["with_renditions"],
                jobs=max(options["jobs"], 1),
                show_progress=bar.show,
            )
        finally:
            bar.end()
        manifest = created.manifest
        Backup.objects.create(
            name=created.name,
            taken_at=manifest.taken_at,
            ended_at=manifest.ended_at,
            is_quick=manifest.is_quick,
            fault_count=len(created.faults),
        )
        values = {
            "name": created.name,
            "seconds": round((manifest.ended_at - manifest.taken_at).total_seconds(), 1),
            "media": manifest.media.count,
            "gone": manifest.gone,
            "faults": created.faults,
            "remark": created.remark,
        }
        if created.remark:
            self.stderr.write(created.remark)
        self._print(values, [created.name], options)
        if created.faults:
            raise IncompleteError("\n".join(created.faults))

    def _list(self, store: Store, options: dict[str, Any]) -> None:
        catalogue = read_catalogue(store)
        faults = list(catalogue.faults.values())
        rows = _list_rows(catalogue)
        lines = [_describe(row, is_damaged=row["name"] in catalogue.faults) for row in rows]
        self._print({"backups": rows, "faults": faults}, lines or ["There is no backup."], options)
        if faults:
            raise FaultError("\n".join(faults))

    def _prune(self, store: Store, options: dict[str, Any]) -> None:
        pruned = prune_backups(store, daily=options["daily"], weekly=options["weekly"], at=clock.now())
        values = {"deleted": pruned.names, "media": pruned.media, "faults": pruned.faults}
        lines = [f"Deleted: {name}." for name in pruned.names]
        self._print(values, [*lines, f"{pruned.media:,} pictures deleted."], options)
        if pruned.faults:
            raise FaultError("\n".join(pruned.faults))

    def _verify(self, store: Store, options: dict[str, Any]) -> None:
        name = options["name"] or find_newest(store)
        bar = ProgressBar(self.stderr, "pictures")
        try:
            faults = verify_backup(
                store, name, is_deep=options["deep"], identity=options["identity"], show_progress=bar.show
            )
        finally:
            bar.end()
        self._print({"name": name, "faults": faults}, [] if faults else [f"{name} is whole."], options)
        if faults:
            raise FaultError("\n".join(faults))

    def _print(self, values: dict[str, Any], lines: list[str], options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(values, ensure_ascii=False) if options["as_json"] else "\n".join(lines))


def _list_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return a row for each backup, oldest first. What a damaged manifest says is left out."""
    rows = []
    for name in sorted([*catalogue.manifests, *catalogue.faults, *catalogue.unfinished]):
        manifest = catalogue.manifests.get(name)
        size = sum(file.bytes for file in manifest.files) if manifest else 0
        media = manifest.media.count if manifest and not manifest.is_quick else None
        rows.append({"name": name, "complete": manifest is not None, "bytes": size, "media": media})
    return rows


def _describe(row: dict[str, Any], *, is_damaged: bool) -> str:
    if not row["complete"]:
        return f"{row['name']}  {'damaged' if is_damaged else 'unfinished'}"
    media = "database only" if row["media"] is None else f"{row['media']:,} pictures"
    return f"{row['name']}  {row['bytes'] / _MEGABYTE:,.1f} MB, {media}"
