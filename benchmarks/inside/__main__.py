"""Run one measurement: ``python -m benchmarks.inside NAME [VALUE...]``; the result is one line of JSON."""

import json
import os
import sys
from collections.abc import Callable


def main() -> int:
    """Set Django up as the server does, run the named measurement with its values, and print its result."""
    name, *values = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    from benchmarks.inside import addresses, database_size, import_files, publications

    measurements: dict[str, Callable[..., object]] = {
        "addresses": addresses.addresses,
        "changes": publications.changes,
        "sizes": database_size.sizes,
        "stories": import_files.write_stories,
    }
    print(json.dumps(measurements[name](*values)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
