"""``make bench``: measure the performance of the product with a given number of stories, and report the figures."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks import report, targets
from benchmarks.databases import VAR
from benchmarks.machine import describe_machine
from benchmarks.plan import FULL, PARTS, SHORT, parts_for, vendors_for
from benchmarks.processes import ROOT, StoppedError, stop_on_signals
from benchmarks.progress import Progress
from benchmarks.results import Result
from benchmarks.servers import clean_environment
from benchmarks.suite import measure
from benchmarks.wrk import missing_wrk_remedy

# docs/performance.md is generated from the results of full-length runs. These results are committed with it.
RESULTS_DIR = ROOT / "docs" / "performance"


def main() -> int:
    """Measure, write the results and print the tables. Return 1 if a target is missed, or 130 if stopped."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--stories",
        type=int,
        nargs="+",
        default=[2_000],
        help="how many stories the corpus has; several, one after another",
    )
    parser.add_argument(
        "--short",
        action="store_true",
        help="a trial run of a few minutes; its figures mean nothing and are not published",
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure these parts alone")
    parser.add_argument("--on", choices=("postgresql", "sqlite"), help="measure on this kind of database alone")
    arguments = parser.parse_args()
    if any("pages" in _parts(arguments, stories) for stories in arguments.stories) and (remedy := _install_wrk()):
        sys.exit(f"wrk drives the pages, and is not installed. It comes with:\n\n    {remedy}")
    stop_on_signals()
    # A list, because a target that is missed must not keep the next sizes from being measured.
    are_met = [_measure_and_report(arguments, stories) for stories in arguments.stories]
    return 0 if all(are_met) else 1


def _parts(arguments: argparse.Namespace, stories: int) -> Sequence[str]:
    return arguments.only or parts_for(stories)


def _measure_and_report(arguments: argparse.Namespace, stories: int) -> bool:
    """Measure with ``stories`` stories, write the result and print its table. Return whether all targets are met.

    Raise SystemExit with 130 if the process is stopped.
    """
    progress = Progress()
    try:
        result = _measure(arguments, stories, progress)
    except StoppedError:
        progress.clear()
        print(f"Stopped. Nothing was written for {stories:,} stories; the databases and servers are gone.")
        sys.exit(130)
    progress.clear()
    written = result.replace_last(RESULTS_DIR) if result.at_full_length else result.write(VAR)
    rows = targets.make_targets(result, others=report.read_all(RESULTS_DIR))
    print(targets.format_table(rows))
    print(f"\nAll figures are in {written.relative_to(ROOT)}.")
    if result.at_full_length:
        for path in report.write(RESULTS_DIR, ROOT / "docs"):
            print(f"Written: {path.relative_to(ROOT)}")
    return all(row.is_met is not False for row in rows)


def _measure(arguments: argparse.Namespace, stories: int, progress: Progress) -> Result:
    started_at, machine = datetime.now(UTC), describe_machine()
    run_size = SHORT if arguments.short else FULL
    vendors = (arguments.on,) if arguments.on else vendors_for(stories)
    parts = _parts(arguments, stories)
    return Result(
        began=started_at,
        machine=machine,
        stories=stories,
        at_full_length=not (arguments.short or arguments.only or arguments.on),
        databases=[measure(vendor, stories, parts=parts, run_size=run_size, progress=progress) for vendor in vendors],
    )


def _install_wrk() -> str | None:
    """Install wrk if possible; return the command to install it if it is still missing, otherwise None."""
    if missing_wrk_remedy() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing wrk ...", flush=True)
        environment = {**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "wrk"]):
            subprocess.run(["apt-get", *arguments], env=environment, check=False, stdin=subprocess.DEVNULL)
    return missing_wrk_remedy()


if __name__ == "__main__":
    sys.exit(main())
