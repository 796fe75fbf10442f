"""A pooler such as PgBouncer between the site and PostgreSQL, and how to bypass it.

PostgreSQL's client programs, such as ``pg_dump``, change the settings of their session. A pooler would later give
this session to another client.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from newsroom.db.configure import configure_database


def is_pooled(database: BaseDatabaseWrapper) -> bool:
    """Return whether a connection leads to a pooler, and not to PostgreSQL itself."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process_id] = cursor.fetchone()
    # A pooler gives its clients process ids of its own, with which they can cancel statements.
    return bool(process_id != database.connection.info.backend_pid)


def direct_config() -> Mapping[str, Any]:
    """Return the configuration of the site's database at ``DATABASE_DIRECT_URL``, or else at ``DATABASE_URL``."""
    if settings.DATABASE_DIRECT_URL:
        return configure_database(settings.DATABASE_DIRECT_URL)
    return connection.settings_dict


def identify_database(database: BaseDatabaseWrapper) -> tuple[int, int]:
    """Return the ids of the cluster and of the database.

    A PostgreSQL database shares both only with its physical copies, such as replicas.
    """
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())"
            " FROM pg_control_system()"
        )
        cluster, key = cursor.fetchone()
    return int(cluster), int(key)
