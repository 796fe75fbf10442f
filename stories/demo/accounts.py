"""Users and contributors for the demonstration: one account for each role, with random passwords."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group

from newsroom.accounts.models import Contributor, User
from stories.demo import files
from stories.demo.documents import uid_of

_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aeiou"


@dataclass(frozen=True, slots=True)
class SignIn:
    """The username, password and role of an account."""

    username: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class _Person:
    """A user of the demonstration."""

    username: str
    first_name: str
    last_name: str
    role: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


WRITER = _Person("ana", "Ana", "Kestrel", "Writer")
EDITOR = _Person("jonas", "Jonas", "Adebar", "Editor")
CURATOR = _Person("mirela", "Mirela", "Stoyan", "Curator")
ADMINISTRATOR = _Person("priya", "Priya", "Raman", "Administrator")
PEOPLE = (WRITER, EDITOR, CURATOR, ADMINISTRATOR)


def set_up_accounts(password_file: Path) -> list[SignIn]:
    """Create the missing accounts, and return the sign-in details of all accounts.

    Passwords are created once and stored in ``password_file``, which only its owner may read. An account whose password
    is not in the file gets a new password. Other passwords are not changed.
    """
    passwords = _read(password_file)
    for person in PEOPLE:
        has_password = person.username in passwords
        user, is_new = User.objects.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": f"{person.username}@newsroom.example",
                "is_staff": True,
            },
        )
        if is_new:
            user.groups.add(Group.objects.get(name=person.role))
        if is_new or not has_password:
            passwords.setdefault(person.username, _make_password())
            user.set_password(passwords[person.username])
            user.save(update_fields=["password"])
    _write(password_file, passwords)
    return [SignIn(person.username, passwords[person.username], person.role) for person in PEOPLE]


def set_up_contributors() -> None:
    """Create the missing contributors, each linked to the account with the same name if that is not linked yet."""
    users = {str(user): user for user in User.objects.filter(username__in=[person.username for person in PEOPLE])}
    for key, data in files.load_contributors().items():
        if not Contributor.objects.filter(name=data.name).exists():
            user = users.get(data.name)
            unlinked_user = user if user and not Contributor.objects.filter(user=user).exists() else None
            Contributor.objects.create(uid=uid_of("contributor", key), name=data.name, user=unlinked_user)


def _make_password() -> str:
    """Return a password that is easy to read aloud and type: sixteen letters in four groups, 50 bits of entropy."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(8)]
    return "-".join(first + second for first, second in zip(syllables[::2], syllables[1::2], strict=True))


def _read(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _write(path: Path, passwords: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(passwords, file, indent=2)
    temporary.rename(path)
