#!/usr/bin/env python
"""Run a management command of the project."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named by the command-line arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
