"""The command that adds images from files and folders to the library."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.checks import Tags
from django.core.exceptions import ValidationError
from django.core.files import File

from newsroom.audit import track_changes
from newsroom.media.forms import TagsField
from newsroom.media.images import UploadOutcome, add_upload
from newsroom.operations.commands import CannotRunError, OperationCommand, make_refusal

ADD_PERMISSION = "media.add_image"


class Command(OperationCommand):
    """Add images to the library: ``manage.py import_pictures FILE…``.

    The outcome of each file is printed immediately. Without ``--keep-both``, images that the library already has are
    skipped, so an interrupted import can be repeated with the same files. The worker makes the renditions.
    """

    # The other checks load all screens and pages of the site, which takes some 20 MB of memory that decoding needs.
    requires_system_checks = (Tags.models, Tags.database)
    help = "Import pictures into the library. Exit code 0 only if each is in the library afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", type=Path, help="A file, or a folder with all its files."
        )
        parser.add_argument("--credit", metavar="TEXT", default="", help="The credit of all pictures.")
        parser.add_argument("--licence", metavar="TEXT", default="", help="The licence of all pictures.")
        parser.add_argument(
            "--tags", metavar="TEXT", default="", help="The tags of all pictures. Separate them with commas."
        )
        parser.add_argument("--by", metavar="USER", help="The name of the account that imports them.")
        parser.add_argument("--keep-both", action="store_true", help="Import duplicates too.")

    def handle(
        self, *args: object, files: list[Path], by: str | None, keep_both: bool, tags: str, **options: object
    ) -> None:
        """Import the files and print the outcome of each.

        Raise CannotRunError if the account does not exist or may not add images, if ``tags`` is too long, or, at the end,
        if each file was refused. Raise IncompleteError at the end if some were.
        """
        user = _get_user(by) if by else None
        try:
            fields = {"tags": TagsField().clean(tags)}
        except ValidationError as error:
            raise CannotRunError(f"--tags: {' '.join(error.messages)}") from error
        fields |= {name: str(options[name])[:max_length] for name, max_length in (("credit", 300), ("licence", 200))}
        paths, refused = list(_iter_files(files)), 0
        # One file at a time, to limit memory use.
        for number, path in enumerate(paths, start=1):
            outcome = _import_file(path, user, fields, keep_both=keep_both)
            refused += bool(outcome.refusal)
            output = self.stderr if outcome.refusal else self.stdout
            output.write(f"{number}/{len(paths)} {path}: {outcome.sentence}")
            output.flush()
        if refused:
            raise make_refusal(refused, len(paths))


def _iter_files(paths: list[Path]) -> Iterator[Path]:
    """Yield the files. In place of a folder, yield the files below it that are not hidden, sorted by path."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.is_file())
            yield from (each for each in inside if not any(p.startswith(".") for p in each.relative_to(path).parts))
        else:
            yield path


def _import_file(path: Path, user: AbstractUser | None, fields: dict[str, str], *, keep_both: bool) -> UploadOutcome:
    try:
        with path.open("rb") as file:
            outcome = add_upload(File(file, name=path.name), by=user, keep_both=keep_both, **fields)
    except OSError as error:
        return UploadOutcome(path.name, refusal=f"The file cannot be read: {error.strerror}.")
    if outcome.image is not None:
        track_changes.record_added(outcome.image, by=user)
    return outcome


def _get_user(name: str) -> AbstractUser:
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CannotRunError(f"There is no account “{name}”.")
    if not user.is_active or not user.has_perm(ADD_PERMISSION):
        raise CannotRunError(f"The account “{name}” does not have permission to add pictures to the library.")
    return user
