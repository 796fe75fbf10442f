"""The identifier of a release changes with everything that affects pages."""

from types import SimpleNamespace

import pytest

from newsroom.page_cache import release as release_module
from newsroom.page_cache.release import release

FILES = {
    "newsroom/env.py": "x = 1",
    "stories/public/pages/lists/front.py": "y = 1",
    "stories/documents/headings.toml": "[en]",
    "topics/views.py": "z = 1",
    "templates/base.html": "<p>",
    "locale/de/LC_MESSAGES/django.mo": "words",
    "var/static/staticfiles-1.4.0.json": "{}",
}


@pytest.fixture
def installation(tmp_path, settings, monkeypatch):
    """Return a function that writes a file of an installation and returns the release."""
    # Reading the metadata of all libraries is slow, so read it once.
    libraries = [SimpleNamespace(name=each.name, version=each.version) for each in release_module.distributions()]
    monkeypatch.setattr(release_module, "distributions", lambda: libraries)
    storage = SimpleNamespace(manifest_name="staticfiles-1.4.0.json")
    monkeypatch.setattr(release_module, "staticfiles_storage", storage)

    def write(path: str = "", words: str = "") -> str:
        if path:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(words, encoding="utf-8")
        release.cache_clear()
        return release()

    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    for path, words in FILES.items():
        write(path, words)
    yield write
    release.cache_clear()


def test_the_release_of_an_unchanged_installation_is_stable(installation):
    assert installation() == installation()
    assert len(installation()) == 16


@pytest.mark.parametrize("path", FILES)
def test_changing_a_file_that_affects_pages_changes_the_release(installation, path):
    original = installation()
    assert installation(path, "something else") != original


def test_renaming_a_file_changes_the_release(installation, tmp_path):
    original = installation()
    (tmp_path / "templates/base.html").rename(tmp_path / "templates/foot.html")
    assert installation() != original


@pytest.mark.parametrize(
    "path",
    [
        "var/static/staticfiles-1.3.0.json",
        "README.md",
        "tests/test_x.py",
        "locale/de/LC_MESSAGES/django.po",
        "var/x.sqlite3",
    ],
)
def test_a_file_that_does_not_affect_pages_does_not_change_the_release(installation, path):
    original = installation()
    assert installation(path, "something else") == original


@pytest.mark.parametrize("name", release_module._SETTINGS)
def test_each_setting_that_affects_pages_changes_the_release(installation, settings, name):
    original = installation()
    setattr(settings, name, "something else")
    assert installation() != original


@pytest.mark.parametrize("name", ["Django", "nh3", "markdown-it-py"])
def test_another_version_of_a_library_changes_the_release(installation, monkeypatch, name):
    original = installation()
    installed = {each.name: each for each in release_module.distributions()}
    changed = installed | {name: SimpleNamespace(name=name, version="99")}
    assert len(changed) == len(installed)
    monkeypatch.setattr(release_module, "distributions", changed.values)
    assert installation() != original


def test_the_release_is_computed_once_in_a_process(installation, settings):
    original = release()
    settings.SITE_NAME = "Another"
    assert release() == original
