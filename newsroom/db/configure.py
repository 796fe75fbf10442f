"""Django's configuration of a database, from its URL."""

from collections.abc import Mapping
from typing import Any

import dj_database_url

_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # lock at the beginning, so that no later statement finds the database locked
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
# Planning the queries of a page takes longer than executing them.
PLANNING = {"jit": "off", "plan_cache_mode": "force_generic_plan"}
# No request waits for more than two seconds, whether PostgreSQL, its machine or the network is down. The pool stops
# reconnecting before a waiting request times out, so a later request connects immediately and not after a backoff.
_POOL = {"min_size": 1, "max_size": 8, "timeout": 1.25, "reconnect_timeout": 1.0}
_WAITING = {"connect_timeout": 2, "tcp_user_timeout": 2_000, "keepalives_idle": 2, "keepalives_interval": 1}


def configure_database(url: str) -> dict[str, Any]:
    """Return the entry of ``DATABASES`` for a URL such as ``postgres://user@host/name`` or ``sqlite:///path``.

    On PostgreSQL, parameters of the URL override our options; on SQLite, they are ignored. Raise ValueError if the URL
    is malformed, or if it names a database of another kind.
    """
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    given: Mapping[str, Any] = config.get("OPTIONS", {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # Opening a connection for each request costs more than most pages.
        return {**config, "OPTIONS": dict(_SQLITE_OPTIONS), "CONN_MAX_AGE": None}
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ValueError("Use PostgreSQL or SQLite.")
    planning = " ".join(f"-c {name}={value}" for name, value in PLANNING.items())
    options = {"options": planning, "pool": dict(_POOL), "prepare_threshold": 0, **_WAITING, **given}
    return {**config, "ENGINE": "newsroom.db.postgresql", "OPTIONS": options}
