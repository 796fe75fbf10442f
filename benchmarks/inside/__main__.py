"""Run one measurement: ``python -m benchmarks.inside NAME [VALUE...]``. The result is one line of JSON."""

import json
import os
import sys
from collections.abc import Callable


def main() -> int:
    """Set up Django as the server does, run the named measurement with its values, and print the result."""
    name, *values = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    import django

    django.setup()
    from benchmarks.inside import (
        addresses,
        claims,
        copies,
        database_size,
        expired_sessions,
        import_files,
        monitoring,
        publications,
    )

    measurements: dict[str, Callable[..., object]] = {
        "addresses": addresses.list_addresses,
        "changes": publications.measure_changes,
        "copies": copies.copy_stories,
        "monitoring": monitoring.measure_monitoring,
        "claims": claims.measure_claims,
        "retention": expired_sessions.measure_deletion,
        "sizes": database_size.measure_sizes,
        "stories": import_files.write_stories,
    }
    print(json.dumps(measurements[name](*values)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
