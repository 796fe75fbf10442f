"""Encryption of files in the format of age (https://age-encryption.org/v1)."""

from pathlib import Path

import pyrage
from django.core.management.base import CommandError

from newsroom.operations.commands import CannotRunError

_SECRET_KEY = "AGE-SECRET-KEY-"  # noqa: S105  # the beginning of every secret key


def check_recipient(recipient: str) -> None:
    """Raise CannotRunError if this is not an age public key."""
    try:
        pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise CannotRunError("BACKUP_AGE_RECIPIENT is not a public key of age, such as age1….") from error


def encrypt(source: Path, target: Path, *, recipient: str) -> None:
    """Write ``source`` to ``target``, encrypted for a public key."""
    pyrage.encrypt_file(str(source), str(target), [pyrage.x25519.Recipient.from_str(recipient)])


def decrypt(source: Path, target: Path, *, identity: Path) -> None:
    """Decrypt ``source`` to ``target`` with the secret keys in the file ``identity``.

    Raise CommandError if none of the keys can decrypt the file, or if the file is damaged. Raise CannotRunError if
    ``identity`` cannot be read or contains no key.
    """
    try:
        pyrage.decrypt_file(str(source), str(target), _read_keys(identity))
    except pyrage.DecryptError as error:
        raise CommandError(f"{source.name} cannot be decrypted: {str(error).lower()}.") from error


def _read_keys(identity: Path) -> list[pyrage.x25519.Identity]:
    """Return the secret keys in a file from age-keygen.

    Raise CannotRunError if the file cannot be read or contains none.
    """
    try:
        lines = [line.strip() for line in identity.read_text(encoding="utf-8", errors="replace").splitlines()]
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith(_SECRET_KEY)]
    except (OSError, pyrage.IdentityError) as error:
        raise CannotRunError(f"The secret key in {identity} cannot be read.") from error
    if not keys:
        raise CannotRunError(f"{identity} has no secret key of age ({_SECRET_KEY}…).")
    return keys
