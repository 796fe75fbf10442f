"""Typed access to environment variables for the settings, with an explanation of each invalid value."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from newsroom.db.configure import configure_database

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})
_MAX_DAY_DIGITS = 5  # 273 years
_BUCKET_TIMEOUT, _BUCKET_ATTEMPTS = 10, 2  # seconds to connect or until the next part of an answer; requests in all


class Environment:
    """The environment variables of the process, read by name and type.

    The value of a variable may also be the content of a file whose path is in ``NAME_FILE``.

    A method returns its default if the variable is missing or empty. It raises ImproperlyConfigured, with a
    sentence that names the variable, if the value is invalid. The sentence does not quote the value, which may be a
    secret; only paths are quoted.
    """

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables
        self._contents: dict[str, str] = {}

    def text(self, name: str, default: str = "") -> str:
        """Return the value as text, without surrounding white space.

        Raise ImproperlyConfigured if both the variable and its file are set, or if the file is unreadable or empty.
        """
        value = self._variables.get(name, "").strip()
        path = self._variables.get(f"{name}_FILE", "").strip()
        if value and path:
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        return (self._read_file(name, path) if path else value) or default

    def _read_file(self, name: str, path: str) -> str:
        # Read once, because a pipe, such as <(…) of a shell, can be read only once.
        if name not in self._contents:
            self._contents[name] = _read_text(path, subject=f"{name}_FILE names {path}, which")
        return self._contents[name]

    def required(self, name: str, why: str) -> str:
        """Return the value as text.

        If there is no value, raise ImproperlyConfigured with ``why``, the reason why the value is needed.
        """
        if value := self.text(name):
            return value
        raise ImproperlyConfigured(f"Set {name}: {why} (For development, set DEBUG=1 instead.)")

    def refuse_renamed(self, names: Mapping[str, str]) -> None:
        """Raise ImproperlyConfigured if a variable is set under an old name. ``names`` maps old names to new ones."""
        if old := [name for name in names if self.text(name)]:
            renamed = " ".join(f"{name} is called {names[name]} now." for name in old)
            raise ImproperlyConfigured(f"{renamed} Set the new name and remove the old one.")

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return True for 1, true, yes and on, or False for 0, false, no and off, in upper or lower case."""
        word = self.text(name).lower()
        if not word:
            return default
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name} must be 1 or 0.")

    def number(self, name: str, default: int, *, minimum: int = 0) -> int:
        """Return the value as an integer that is not less than ``minimum``."""
        word = self.text(name, str(default))
        if not word.isdecimal() or int(word) < minimum:
            least = f", at least {minimum}" if minimum else ""
            raise ImproperlyConfigured(f"{name} must be a whole number{least}.")
        return int(word)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return the value if it is one of ``choices``, of which the first is the default."""
        word = self.text(name, choices[0])
        if word not in choices:
            raise ImproperlyConfigured(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}.")
        return word

    def days(self, name: str) -> dict[str, int]:
        """Return the numbers of days of a comma-separated list of pairs, such as ``notices=365``, keyed by name."""
        days: dict[str, int] = {}
        for position, entry in enumerate(self.names(name), start=1):
            key, _, number = (part.strip() for part in entry.partition("="))
            if not key or not number.isdecimal() or len(number) > _MAX_DAY_DIGITS:
                raise ImproperlyConfigured(
                    f"Entry {position} of {name} must be a name and a whole number of days, such as notices=365."
                )
            if key in days:
                raise ImproperlyConfigured(f"Entry {position} of {name} has the same name as an entry before it.")
            days[key] = int(number)
        return days

    def names(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Return the items of a comma-separated list."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()] or list(default)

    def languages(self, name: str, default: str, *, catalogues: Path) -> list[str]:
        """Return the language tags of a comma-separated list in lower case, without duplicates.

        Every language except English, the source language of the interface, needs a folder in ``catalogues``.
        """
        tags = list(dict.fromkeys(tag.lower() for tag in self.names(name, (default,))))
        for tag in tags:
            if (language := tag.partition("-")[0]) != "en" and not (catalogues / language).is_dir():
                known = ", ".join(
                    ["en", *sorted(folder.name for folder in catalogues.iterdir() if "_" not in folder.name)]
                )
                raise ImproperlyConfigured(
                    f"{name} names a language without a translation of the interface. Use one of: {known}."
                )
        return tags

    def folder(self, name: str, default: Path) -> Path:
        """Return the absolute path of a folder, which is created if it is missing."""
        folder = Path(self.text(name, str(default)))
        if not folder.is_absolute():
            raise ImproperlyConfigured(f"{name} must be an absolute path such as /var/lib/newsroom.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or "unknown error"
            raise ImproperlyConfigured(f"{name} is “{folder}”, which cannot be created: {reason}.") from error
        return folder

    def folders(self, name: str) -> list[Path]:
        """Return the absolute paths of a comma-separated list of folders, whether or not they exist."""
        folders = [Path(path) for path in self.names(name)]
        if not all(folder.is_absolute() for folder in folders):
            raise ImproperlyConfigured(f"{name} must be absolute paths such as /srv/wal, separated by commas.")
        return folders

    def file(self, name: str) -> str:
        """Return the absolute path of a file, whether or not it exists, or an empty string if there is no value."""
        path = self.text(name)
        if path and not Path(path).is_absolute():
            raise ImproperlyConfigured(f"{name} must be an absolute path such as /var/lib/newsroom/file.")
        return path

    def web_address(self, name: str, default: str = "") -> str:
        """Return an http or https URL without a trailing slash, or an empty string if there is no value."""
        address = self.text(name, default).rstrip("/")
        if not address:
            return ""
        parts = _split_address(address)
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ImproperlyConfigured(f"{name} must be a whole address such as https://news.example.")
        return address

    def key(self, name: str) -> str:
        """Return a key of 8 to 128 letters, digits and hyphens (IndexNow), or an empty string if there is no value.

        The key is part of a URL.
        """
        key = self.text(name)
        if key and not re.fullmatch(r"[A-Za-z0-9-]{8,128}", key):
            raise ImproperlyConfigured(f"{name} must be 8 to 128 letters, digits and hyphens.")
        return key

    def header(self, name: str) -> tuple[str, str] | None:
        """Return the name and value of a header such as ``Authorization: Bearer …``, or None if there is no value."""
        if not (line := self.text(name)):
            return None
        header_name, colon, value = line.partition(":")
        if (
            not colon
            or not re.fullmatch(r"[A-Za-z0-9-]+", header_name)
            or not re.fullmatch(r"[\x20-\x7e]+", value.strip())
        ):
            raise ImproperlyConfigured(f"{name} must be a header with its value, such as Authorization: Bearer ….")
        return header_name, value.strip()

    def contact(self, name: str) -> str:
        """Return a contact as an https:, mailto: or tel: URI (RFC 9116, 2.5.3), or an empty string without a value.

        The value may also be an e-mail address.
        """
        value = self.text(name)
        uri = f"mailto:{value}" if "@" in value and ":" not in value else value
        if uri and not uri.startswith(("https://", "mailto:", "tel:")):
            raise ImproperlyConfigured(f"{name} must be an e-mail address, or an address with https:// or tel:.")
        return uri

    def mailer(self, name: str) -> dict[str, object]:
        """Return an entry of Django's ``MAILERS`` for a URL such as ``smtps://user:password@host:465``.

        Schemes are ``smtp`` (plain), ``smtp+tls`` (STARTTLS), ``smtps`` (implicit TLS) and ``console``. Without a
        value, no mail is sent. SMTP connections time out after 20 seconds.
        """
        if not (address := self.text(name)):
            return {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
        parts = _split_address(address)
        if parts is not None and parts.scheme == "console":
            return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
        if parts is None or parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
            raise ImproperlyConfigured(f"{name} must begin with smtp://, smtp+tls:// or smtps:// and name a host.")
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_tls": parts.scheme == "smtp+tls",
                "use_ssl": parts.scheme == "smtps",
                "timeout": 20,
            },
        }

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Return an entry of Django's ``DATABASES`` for a URL such as ``postgres://user:password@host/name``."""
        try:
            return configure_database(self.text(name, default))
        except ValueError:
            # From None, because the error may quote the URL.
            raise ImproperlyConfigured(
                f"{name} must be an address such as postgres://user:password@host/name or sqlite:////path; "
                "characters with a meaning in addresses are percent-encoded."
            ) from None

    def postgresql_address(self, name: str) -> str:
        """Return the URL of a PostgreSQL database, or an empty string if there is no value."""
        address = self.text(name)
        if address and self.database(name, address)["ENGINE"] == "django.db.backends.sqlite3":
            raise ImproperlyConfigured(f"{name} must be the address of PostgreSQL: postgres://user:password@host/name.")
        return address

    def storage(self, name: str) -> dict[str, object]:
        """Return an entry of Django's ``STORAGES``: an S3 bucket or, without a value, the disk.

        The value is the name of the bucket. Credentials, endpoint and region come from the other ``AWS_…`` variables. A
        request to a bucket that does not answer is given up after 10 seconds, and tried again once.
        """
        if not (bucket := self.text(name)):
            return {"BACKEND": "newsroom.media.storage.AtomicFileSystemStorage"}
        # Imported only for a bucket, because it takes some memory.
        from botocore.config import Config

        retries = {"mode": "standard", "total_max_attempts": _BUCKET_ATTEMPTS}
        config = Config(connect_timeout=_BUCKET_TIMEOUT, read_timeout=_BUCKET_TIMEOUT, retries=retries)
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": bucket,
                "access_key": self.text("AWS_ACCESS_KEY_ID") or None,
                "secret_key": self.text("AWS_SECRET_ACCESS_KEY") or None,
                "endpoint_url": self.text("AWS_S3_ENDPOINT_URL") or None,
                "region_name": self.text("AWS_S3_REGION_NAME") or None,
                "client_config": config,
                "file_overwrite": True,  # the site generates all names, so a later file under a name has the same content or replaces a lost one
            },
        }


def _read_text(path: str, *, subject: str) -> str:
    """Return the content of a file, without surrounding white space.

    Raise ImproperlyConfigured, with a sentence that begins with ``subject``, if the file is unreadable, empty or not
    text.
    """
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{subject} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        # From None, because the error contains the content of the file.
        raise ImproperlyConfigured(f"{subject} is not text in UTF-8.") from None
    if not content:
        raise ImproperlyConfigured(f"{subject} is empty.")
    return content


def _split_address(address: str) -> SplitResult | None:
    """Return the parts of a URL, or None if it is malformed."""
    # The errors of urllib quote parts of the URL, which may belong to a password.
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None
