"""The settings of tests, with a server of the test in place of Sentry."""

import os
from typing import Any, cast

from tests.settings import *  # noqa: F403
from tests.settings import LOGGING

SENTRY_DSN = os.environ["DSN_OF_TEST"]
# As in the settings of the product with a DSN, which tests.settings does not have.
_handlers, _root = cast("list[dict[str, Any]]", [LOGGING["handlers"], LOGGING["root"]])
_handlers["sentry"] = {"class": "sentry_sdk.integrations.logging.EventHandler", "level": "ERROR"}
_root["handlers"] = ["console", "sentry"]
