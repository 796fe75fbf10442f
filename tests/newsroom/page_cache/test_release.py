"""Two releases on one database keep their pages apart."""

from types import SimpleNamespace

import pytest

from newsroom.page_cache import release as naming
from newsroom.page_cache.release import release

MADE_OF = {
    "newsroom/env.py": "x = 1",
    "stories/public/pages/lists/front.py": "y = 1",
    "topics/views.py": "z = 1",
    "templates/base.html": "<p>",
    "locale/de/LC_MESSAGES/django.mo": "words",
    "var/static/staticfiles.json": "{}",
}


@pytest.fixture
def house(tmp_path, settings):
    """Return what writes a file of an installation and returns its release."""

    def written(path: str = "", words: str = "") -> str:
        if path:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(words, encoding="utf-8")
        release.cache_clear()
        return release()

    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    for path, words in MADE_OF.items():
        written(path, words)
    yield written
    release.cache_clear()


def test_the_same_installation_is_the_same_release(house):
    assert house() == house()
    assert len(house()) == 16


@pytest.mark.parametrize("path", MADE_OF)
def test_a_release_is_made_of_everything_that_a_page_is_made_of(house, path):
    before = house()
    assert house(path, "something else") != before


def test_a_file_by_another_name_is_another_release(house, tmp_path):
    before = house()
    (tmp_path / "templates/base.html").rename(tmp_path / "templates/foot.html")
    assert house() != before


@pytest.mark.parametrize("path", ["README.md", "tests/test_x.py", "locale/de/LC_MESSAGES/django.po", "var/x.sqlite3"])
def test_what_no_page_is_made_of_does_not_count(house, path):
    before = house()
    assert house(path, "something else") == before


@pytest.mark.parametrize("name", naming._SHOWN)
def test_each_setting_that_a_page_shows_counts(house, settings, name):
    before = house()
    setattr(settings, name, "something else")
    assert house() != before


@pytest.mark.parametrize("name", ["Django", "nh3", "markdown-it-py"])
def test_another_version_of_a_library_is_another_release(house, monkeypatch, name):
    before = house()
    installed = {each.name: each for each in naming.distributions()}
    others = installed | {name: SimpleNamespace(name=name, version="99")}
    assert len(others) == len(installed)
    monkeypatch.setattr(naming, "distributions", others.values)
    assert house() != before


def test_it_is_read_once_in_a_process(house, settings):
    before = release()
    settings.SITE_NAME = "Another"
    assert release() == before
