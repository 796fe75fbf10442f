"""The settings of tests, with the folder of a test in place of ``var/``."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403

VAR_DIR = Path(os.environ["FOLDER_OF_TEST"])
