"""The settings of the tests with the pool of connections that sites have, for a server of its own."""

from tests.settings import *  # noqa: F403  # all of them
from tests.settings import DATABASES, POOL

DATABASES["default"]["OPTIONS"]["pool"] = POOL
