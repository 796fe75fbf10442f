"""A whole run takes minutes: it belongs to the suite at full length."""

from tests.conftest import FULL_LENGTH

collect_ignore = [] if FULL_LENGTH else ["test_running.py"]
