"""The programs of ``deploy`` run with the Python of the system, before anything is installed."""

import ast
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "deploy"


def test_they_import_only_the_standard_library():
    imported = {
        name.partition(".")[0]
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - {"deploy"} <= sys.stdlib_module_names
    assert "http" in imported
