"""The settings of processes that tests start, with the connection pool of production."""

from tests.process_settings import *  # noqa: F403
from tests.settings import DATABASES, POOL

DATABASES["default"]["OPTIONS"]["pool"] = POOL
