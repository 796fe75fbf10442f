"""``manage.py`` for a restored site of a test: it purges the edge again after three seconds, unless ``FULL_LENGTH`` is set.

Run it as ``python -m tests.edge.hurried COMMAND``.
"""

import os
import sys
from datetime import timedelta

import django
from django.core.management import execute_from_command_line


def hurry() -> None:
    """Shorten the delay of the second purge."""
    from newsroom.background import go_live
    from newsroom.page_cache import purge

    for module in (go_live, purge):
        vars(module)["REPEAT_DELAY"] = timedelta(seconds=3)


if __name__ == "__main__":
    django.setup()
    if os.environ.get("FULL_LENGTH") != "1":
        hurry()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
