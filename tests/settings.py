"""The product's settings for tests: ``DEBUG`` is off, and most environment variables are ignored."""

import os
import tempfile
from pathlib import Path
from typing import cast

for name in (
    "API_REQUESTS_PER_MINUTE",
    "AWS_STORAGE_BUCKET_NAME",
    "CACHE_URL",
    "EMAIL_URL",
    "LANGUAGES",
    "MINIMUM_OUTLETS",
    "PURGE_HEADER",
    "PURGE_URL",
    "SECRET_KEY_FALLBACKS",
    "SITE_NAME",
    "TIME_ZONE",
    "TRUSTED_PROXY_COUNT",
):
    os.environ.pop(name, None)
os.environ["DEBUG"] = "0"
os.environ["SECRET_KEY"] = "for-tests-only-and-long-enough-to-please-the-checks-of-django"  # noqa: S105
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["SITE_URL"] = "http://testserver"
os.environ["SECURITY_CONTACT"] = "security@lisle.example"
os.environ["REQUIRE_SECOND_FACTOR"] = os.environ["REQUIRE_APPROVAL"] = os.environ["ALLOW_SELF_APPROVAL"] = "0"

from newsroom.settings import *  # noqa: E402, F403  # the environment has to be set first
from newsroom.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402

# Serve static files without digests in their names, so that tests need no collectstatic.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
# Tests that request every address exceed any rate limit for readers.
API_REQUESTS_PER_MINUTE = 0
# With the production hasher, signing in takes a third of a second.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A run at full length measures the coverage of templates, which requires their debug information.
TEMPLATES[0]["OPTIONS"] = {
    **cast("dict[str, object]", TEMPLATES[0]["OPTIONS"]),
    "debug": os.environ.get("FULL_LENGTH") == "1",
}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # With coverage and a browser running, sixty writers wait longer for each other than in production.
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"]["OPTIONS"], "timeout": 120}
    # Use a file, as in production: with an in-memory database, all threads would share a single connection.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"newsroom-tests-{os.getpid()}.sqlite3")}
else:
    # A pool of connections would outlive the test that opened it and keep the database from being removed.
    POOL = DATABASES["default"]["OPTIONS"].pop("pool", None)
