"""Every kind of page is valid HTML according to the Nu checker."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories import make_user
from tests.journeys.pages import every_page
from tests.stories.compared_page import make_outlets, make_parts, publish_with

CHECKER = (
    Path(settings.BASE_DIR) / ".tools" / "npm" / "markup" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
)


def find_faults(folder):
    """Return the errors and warnings of the checker for the files in ``folder``, keyed by file name."""
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", str(folder)]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout)
    faults = defaultdict(list)
    for message in report["messages"]:
        if message["type"] == "error" or message.get("subType") == "warning":
            faults[Path(message["url"]).stem].append(f"{message['message']} {message.get('extract', '')}")
    return dict(faults)


@pytest.mark.django_db
def test_every_kind_of_page_is_valid(client, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    addresses = every_page()
    outlets = make_outlets()
    claims, marks, forecasts = make_parts(outlets)
    publish_with(claims, outlets, text=marks, forecasts=forecasts, by=make_user())
    for name, address in {**addresses, "points": "/stories/pier/", "forecasts": "/forecasts/"}.items():
        (pages / f"{name}.html").write_bytes(client.get(address).content)
    assert find_faults(pages) == {}


def test_the_checker_detects_an_invalid_page(tmp_path):
    (tmp_path / "broken.html").write_text("<!doctype html><html lang=en><title>A</title><p><div></p>", encoding="utf-8")
    assert list(find_faults(tmp_path)) == ["broken"]
