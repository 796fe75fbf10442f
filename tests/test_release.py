"""The archive of a release, and the bill of materials in it."""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.audit

ROOT = Path(__file__).resolve().parent.parent


def normalise(name: str) -> str:
    """Return the name of a package in the form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock() -> set[tuple[str, str]]:
    """Return the name and version of each package in the lock file."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    return {(normalise(name), version) for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)}


def test_the_release_has_a_bill_of_materials_that_names_every_locked_package(tmp_path):
    # These imports take two seconds, which every run would spend if this module imported them.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    # Packages are not installed again, although the lock file may be newer than the mark of the last time.
    make = shutil.which("make")
    assert make
    subprocess.run([make, "-o", ".venv/.synced", "release", f"RELEASES={tmp_path}"], cwd=ROOT, check=True)
    [archive] = tmp_path.glob("*.tar.gz")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert archive.with_name(f"{archive.name}.sha256").read_text().split() == [digest, archive.name]
    name = archive.name.removesuffix(".tar.gz")
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"{name}/{name}.cdx.json")
        assert file
        text = file.read().decode()
        assert f"{name}/manage.py" in tar.getnames()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert bill["metadata"]["component"]["version"] == name.removeprefix("newsroom-")
    assert {(normalise(each["name"]), each["version"]) for each in bill["components"]} == read_lock()
