"""The test settings, with the connection pool of production."""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, POOL

DATABASES["default"]["OPTIONS"]["pool"] = POOL
