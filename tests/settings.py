"""The product's settings for tests: ``DEBUG`` is off, and the environment chooses only the database."""

import os
import tempfile
from pathlib import Path
from typing import cast

# All variables that the product reads, except four: tests use the database at DATABASE_URL and, past a pooler, at
# DATABASE_DIRECT_URL; the processes that they start need DJANGO_SETTINGS_MODULE and NOTIFY_SOCKET.
# tests/test_environment.py checks that no other is missing. The value of each variable may also be in a file: see
# newsroom.env.
for name in (
    "ALERT_EMAILS",
    "ALERT_REMIND_HOURS",
    "ALERT_URL",
    "ALLOWED_HOSTS",
    "ALLOW_SELF_APPROVAL",
    "API_REQUESTS_PER_MINUTE",
    "AWS_ACCESS_KEY_ID",
    "AWS_S3_ENDPOINT_URL",
    "AWS_S3_REGION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_STORAGE_BUCKET_NAME",
    "BACKUP_AGE_RECIPIENT",
    "BACKUP_DAILY",
    "BACKUP_S3_ACCESS_KEY_ID",
    "BACKUP_S3_ENDPOINT_URL",
    "BACKUP_S3_REGION_NAME",
    "BACKUP_S3_SECRET_ACCESS_KEY",
    "BACKUP_TO",
    "BACKUP_WEEKLY",
    "BREACHED_PASSWORDS_FILE",
    "CACHE_URL",
    "DATABASE_REPLICA_URL",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "DIGEST_KEY",
    "DISK_FOLDERS",
    "EMAIL_URL",
    "INDEXNOW_KEY",
    "LANGUAGES",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "METRICS_TOKEN",
    "MINIMUM_OUTLETS",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_ISSUER",
    "OIDC_NAME",
    "OIDC_ONLY",
    "OIDC_SECOND_FACTOR",
    "PURGE_HEADER",
    "PURGE_URL",
    "QUIET",
    "REQUIRE_APPROVAL",
    "REQUIRE_SECOND_FACTOR",
    "RETENTION",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SECURITY_CONTACT",
    "SENTRY_DSN",
    "SESSION_HOURS",
    "SESSION_IDLE_MINUTES",
    "SITE_MARK",
    "SITE_NAME",
    "SITE_URL",
    "SLOW_MS",
    "TIME_ZONE",
    "TRUSTED_PROXY_COUNT",
    "VAR_DIR",
    "WEBSUB_HUB",
):
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
for name in ("DATABASE_URL_FILE", "DATABASE_DIRECT_URL_FILE"):
    os.environ.pop(name, None)
os.environ["DEBUG"] = "0"
os.environ["SECRET_KEY"] = "for-tests-only-and-long-enough-to-please-the-checks-of-django"  # noqa: S105
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["SITE_URL"] = "http://testserver"
os.environ["SECURITY_CONTACT"] = "security@lisle.example"
os.environ["REQUIRE_SECOND_FACTOR"] = "0"
os.environ["LOG_FORMAT"] = "json"
os.environ["SLOW_MS"] = "0"  # a busy machine makes anything slow

from newsroom.settings import *  # noqa: E402, F403  # the environment has to be set first
from newsroom.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402

# Static files without digests in their names, so that tests need no collectstatic.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# Tests that request every address exceed any rate limit for readers.
API_REQUESTS_PER_MINUTE = 0
# Tests move the clock by years while somebody is signed in.
SESSION_IDLE_MINUTES, SESSION_HOURS = 10_000_000, 200_000
# Signing in takes a third of a second with the hasher for production.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A run at full length measures the coverage of templates, which requires their debug information.
cast("dict[str, object]", TEMPLATES[0]["OPTIONS"])["debug"] = os.environ.get("FULL_LENGTH") == "1"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Under coverage, beside a browser, sixty writers wait longer for each other than in production.
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"]["OPTIONS"], "timeout": 120}
    # In a file, as in production: with a database in memory, all threads would share a single connection.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"newsroom-tests-{os.getpid()}.sqlite3")}
else:
    # A pool of connections would outlive the test that opened it and keep the database from being removed.
    POOL = DATABASES["default"]["OPTIONS"].pop("pool", None)
