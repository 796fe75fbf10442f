"""Whether pages are valid HTML, as the Nu checker reads the standard."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from tests.journeys.pages import every_page

CHECKER = (
    Path(settings.BASE_DIR) / ".tools" / "npm" / "markup" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
)


def faults_in(folder):
    """Return what the checker finds in the files of ``folder``, by their names."""
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--stdout", "--exit-zero-always", str(folder)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout)
    faults = defaultdict(list)
    for message in found["messages"]:
        if message["type"] == "error" or message.get("subType") == "warning":
            faults[Path(message["url"]).stem].append(f"{message['message']} {message.get('extract', '')}")
    return dict(faults)


@pytest.mark.django_db
def test_no_kind_of_page_has_a_fault(client, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, address in every_page().items():
        (pages / f"{name}.html").write_bytes(client.get(address).content)
    assert faults_in(pages) == {}


def test_the_checker_finds_a_fault_where_there_is_one(tmp_path):
    (tmp_path / "broken.html").write_text("<!doctype html><html lang=en><title>A</title><p><div></p>", encoding="utf-8")
    assert list(faults_in(tmp_path)) == ["broken"]
