"""Readers' pages are sent without indentation, desk screens as they are."""

from django.template.base import Origin
from django.template.engine import Engine

from newsroom.site.loaders import Loader


def load(tmp_path, name, source):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return Loader(Engine(), [tmp_path]).get_contents(Origin(str(path), name))


def test_indentation_is_removed_and_lines_and_spaces_in_them_stay(tmp_path):
    source = "<p>\n    A  b\n\n\tc </p>\n"
    assert load(tmp_path, "public/page.html", source) == "<p>\nA  b\n\nc </p>\n"


def test_texts_and_desk_screens_keep_their_indentation(tmp_path):
    for name in ("public/page.txt", "admin/screen.html"):
        assert load(tmp_path, name, "a\n  b\n") == "a\n  b\n"
