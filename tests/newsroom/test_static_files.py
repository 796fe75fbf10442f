"""Bundling and minifying style sheets, and removing comments from scripts."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage

from newsroom.operations.version import version
from newsroom.static_files import BundledStaticFilesStorage, inline_imports, minify, shrink_script


@pytest.fixture
def sheets(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").write_text(
        '@import url("a.css");\n@import url("b.css") layer(b);\np { margin: 0 }\n'
    )
    (tmp_path / "css" / "a.css").write_text(
        "/* Reasons. */\n.a,\n.b {\n  color: red;\n  inset: calc(1rem + 2px) 0;\n}\n"
    )
    (tmp_path / "css" / "b.css").write_text(".c { color: blue }\n")
    return FileSystemStorage(location=tmp_path)


def test_every_static_file_that_a_template_names_exists():
    templates = [path for path in (Path(settings.BASE_DIR) / "templates").rglob("*") if path.is_file()]
    named = {
        name for path in templates for name in re.findall(r'{% static "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert "js/cards.js" in named
    assert [name for name in sorted(named) if finders.find(name) is None] == []


def test_imports_from_one_folder_are_inlined_except_layers(sheets):
    assert inline_imports(sheets.open("css/site.css").read().decode(), folder="css/", storage=sheets) == (
        "/* Reasons. */\n.a,\n.b {\n  color: red;\n  inset: calc(1rem + 2px) 0;\n}\n\n"
        '@import url("b.css") layer(b);\np { margin: 0 }\n'
    )


def test_comments_and_redundant_white_space_are_removed():
    assert minify("/* Reasons. */\n.a,\n.b :hover {\n  inset: calc(1rem + 2px) 0;\n  color: red;\n}\n") == (
        ".a,.b :hover{inset: calc(1rem + 2px) 0;color: red}"
    )


def test_scripts_lose_comments_and_indentation():
    assert shrink_script('// Why.\nconst a = "//b"; // c\n  // d\n  f(a);\n') == 'const a = "//b"; // c\nf(a);\n'


def test_no_string_of_a_script_spans_lines():
    for path in (Path(settings.BASE_DIR) / "static" / "js").glob("*.js"):
        assert all(line.count("`") % 2 == 0 for line in path.read_text(encoding="utf-8").splitlines()), path.name


def test_collected_files_contain_one_bundled_style_sheet(tmp_path):
    storage = BundledStaticFilesStorage(location=tmp_path, base_url="/static/")
    files = {
        name: (source, name)
        for finder in get_finders()
        for name, source in finder.list(())
        if name.startswith(("css/", "fonts/", "js/"))
    }
    for name, (source, path) in files.items():
        with source.open(path) as file:
            storage.save(name, file)
    list(storage.post_process(files))
    names = json.loads((tmp_path / f"staticfiles-{version()}.json").read_text())["paths"]
    site = (tmp_path / names["css/site.css"]).read_text()
    assert "@import" not in site
    assert Path(names["fonts/newsreader.woff2"]).name in site
    assert (tmp_path / f"{names['css/site.css']}.gz").exists()
    assert not (tmp_path / names["js/contents.js"]).read_text().startswith("//")
    for sheet in ("tokens", "type", "layout", "masthead", "lists"):
        source = (Path(settings.BASE_DIR) / "static" / "css" / f"{sheet}.css").read_text(encoding="utf-8")
        assert site.count("{") > source.count("{")
