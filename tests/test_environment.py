"""The environment that the product starts in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = {"SECRET_KEY": "a-key-of-this-test-alone", "ALLOWED_HOSTS": "news.example"}


# Whether the collector of garbage would go through a module whenever it goes through everything.
IS_LOOKED_THROUGH = "import gc, sys; print(any(each is sys.modules['{}'] for each in gc.get_objects()))"


def start(code: str = "import newsroom.wsgi", **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the product as a new process that knows nothing but ``variables``."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**plain, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_without_what_it_needs_the_product_stops_with_a_sentence_that_names_it(missing):
    variables = {name: value for name, value in NEEDED.items() if name != missing}
    started = start(**variables)
    assert started.returncode != 0
    assert f"Set {missing}: " in started.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("APPROVE_OWN", "ALLOW_SELF_APPROVAL"),
        ("REQUIRE_REVIEW", "REQUIRE_APPROVAL"),
        ("TRUSTED_PROXIES", "TRUSTED_PROXY_COUNT"),
    ],
)
def test_a_setting_under_its_old_name_stops_the_product_with_the_new_one(old, new):
    started = start(**NEEDED, **{old: "0"})
    assert started.returncode != 0
    assert f"{old} is called {new} now." in started.stderr.splitlines()[-1]


def test_with_what_it_needs_the_product_starts():
    assert start(**NEEDED).returncode == 0


def test_for_development_nothing_need_be_set():
    assert start(DEBUG="1").returncode == 0


def test_before_the_first_reader_comes_all_views_are_loaded_and_no_garbage_is_looked_for_in_them():
    looked = IS_LOOKED_THROUGH.format("stories.public.views.works")
    assert start(f"import newsroom.wsgi; {looked}", **NEEDED).stdout == "False\n"


def test_no_garbage_is_looked_for_in_what_a_command_has_loaded():
    looked = IS_LOOKED_THROUGH.format("stories.models")
    started = start(f"import django; django.setup(); {looked}", DJANGO_SETTINGS_MODULE="newsroom.settings", **NEEDED)
    assert started.stdout == "False\n"
