"""The settings for separate processes that tests start. The processes write to the folder of the test."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403

VAR_DIR = Path(os.environ["FOLDER_OF_TEST"])
MEDIA_ROOT = VAR_DIR.parent / "media"  # as in tests/conftest.py
