"""The settings of tests, for processes whose clock the test moves, through a file in its folder."""

import os
from pathlib import Path

from tests.process_settings import *  # noqa: F403
from tests.servers.moved_clock import MovedClock

for _object, _name, _value in MovedClock(Path(os.environ["FOLDER_OF_TEST"]) / "clock").replacements:
    setattr(_object, _name, _value)
