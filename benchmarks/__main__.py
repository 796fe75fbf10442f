"""``make bench``: measure the product over a corpus of a given number of stories, and report the figures."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks import bars, report
from benchmarks.databases import VAR
from benchmarks.machine import describe_machine
from benchmarks.plan import FULL, PARTS, SHORT, parts_for, vendors_for
from benchmarks.processes import ROOT, StoppedError, stop_on_signals
from benchmarks.progress import Progress
from benchmarks.results import Result, read_last
from benchmarks.servers import clean_environment
from benchmarks.suite import measure
from benchmarks.wrk import missing_wrk_remedy

BASELINE_STORIES = 2_000  # stories
# docs/performance.md is written from the results of full-length runs, which are committed with it.
RESULTS_DIR = ROOT / "docs" / "performance"


def main() -> int:
    """Measure, print the table and write the results; return 1 if a bar is not met."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--stories", type=int, default=2_000, help="how many stories the corpus has")
    parser.add_argument(
        "--short", action="store_true", help="try it in minutes: the figures say nothing, no page tells them"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure these parts alone")
    parser.add_argument("--on", choices=("postgresql", "sqlite"), help="measure on this kind of database alone")
    arguments = parser.parse_args()
    parts = arguments.only or parts_for(arguments.stories)
    if "pages" in parts and (remedy := _lacking_wrk()):
        sys.exit(f"wrk drives the pages, and is not installed. It comes with:\n\n    {remedy}")
    stop_on_signals()
    progress = Progress()
    try:
        result = _measured(arguments, parts, progress)
    except StoppedError:
        progress.clear()
        print("Stopped. Nothing was written; the databases and servers are gone.")
        return 130
    progress.clear()
    written = result.replace_last(RESULTS_DIR) if result.at_full_length else result.write(VAR)
    found = bars.make_bars(result, small=read_last(RESULTS_DIR, BASELINE_STORIES))
    print(bars.format_table(found))
    print(f"\nAll figures are in {written.relative_to(ROOT)}.")
    if result.at_full_length:
        for path in report.write(RESULTS_DIR, ROOT / "docs"):
            print(f"Written: {path.relative_to(ROOT)}")
    return 0 if all(bar.is_met is not False for bar in found) else 1


def _measured(arguments: argparse.Namespace, parts: Sequence[str], progress: Progress) -> Result:
    began, where = datetime.now(UTC), describe_machine()
    length = SHORT if arguments.short else FULL
    vendors = (arguments.on,) if arguments.on else vendors_for(arguments.stories)
    return Result(
        began=began,
        machine=where,
        stories=arguments.stories,
        at_full_length=not (arguments.short or arguments.only or arguments.on),
        databases=[
            measure(vendor, arguments.stories, parts=parts, length=length, progress=progress) for vendor in vendors
        ],
    )


def _lacking_wrk() -> str | None:
    """Install wrk if that is possible; return the remedy if it is still missing."""
    if missing_wrk_remedy() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing wrk ...", flush=True)
        environment = {**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "wrk"]):
            subprocess.run(["apt-get", *words], env=environment, check=False, stdin=subprocess.DEVNULL)
    return missing_wrk_remedy()


if __name__ == "__main__":
    sys.exit(main())
