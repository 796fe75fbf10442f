"""Required and ignored environment variables, and the exclusion of loaded modules from garbage collection."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import source_code, stored_names

pytestmark = pytest.mark.audit

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = {"SECRET_KEY": "a-key-of-this-test-alone", "ALLOWED_HOSTS": "news.example"}


# A program that prints whether the garbage collector tracks a given module.
IS_TRACKED = "import gc, sys; print(any(each is sys.modules['{}'] for each in gc.get_objects()))"


def start(code: str = "import newsroom.wsgi", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new process with only ``variables`` and the basics in its environment."""
    basics = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**basics, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_a_missing_variable_stops_the_product_with_a_message_that_names_it(missing):
    variables = {name: value for name, value in REQUIRED.items() if name != missing}
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
def test_an_old_variable_name_stops_the_product_with_a_message_that_has_the_new_one(old, new):
    started = start(**REQUIRED, **{old: "0"})
    assert started.returncode != 0
    assert f"{old} is called {new} now." in started.stderr.splitlines()[-1]


def test_the_product_starts_with_the_required_variables():
    assert start(**REQUIRED).returncode == 0


def test_the_product_starts_without_its_list_of_stolen_passwords_and_a_check_warns():
    code = (
        "import newsroom.wsgi; from django.conf import settings; from django.core.checks import run_checks; "
        "print(settings.AUTH_PASSWORD_VALIDATORS[-1]['OPTIONS'], *(message.id for message in run_checks()))"
    )
    started = start(code, BREACHED_PASSWORDS_FILE="/nowhere/breached_passwords", **REQUIRED)
    assert started.stdout == "{'path': '/nowhere/breached_passwords'} accounts.W002\n"


COOKIES = (
    "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
    "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY)"
)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("https://news.example", "__Host-session __Host-csrf True True True True\n"),
        ("http://news.example", "sessionid csrftoken False False True True\n"),
    ],
)
def test_on_https_cookies_are_for_this_host_alone(address, names):
    started = start(COOKIES, DJANGO_SETTINGS_MODULE="newsroom.settings", SITE_URL=address, **REQUIRED)
    assert started.stdout == names


def test_in_development_no_other_variable_is_required():
    assert start(DEBUG="1").returncode == 0


def test_everything_that_the_product_writes_is_in_one_folder(tmp_path):
    folder = tmp_path / "newsroom"
    code = (
        "from newsroom import settings as s; "
        "print(s.VAR_DIR, s.DATABASES['default']['NAME'], s.STATIC_ROOT, s.MEDIA_ROOT, sep='\\n')"
    )
    paths = [folder, folder / "newsroom.sqlite3", folder / "static", folder / "media"]
    assert start(code, VAR_DIR=str(folder), **REQUIRED).stdout.split() == [str(path) for path in paths]


def test_tests_ignore_all_variables_of_a_shell_except_four():
    names = stored_names.environment()
    source_code.clear_caches()
    files = {f"{name}_FILE" for name in names - {"DJANGO_SETTINGS_MODULE", "NOTIFY_SOCKET"}}
    shell = dict.fromkeys(names | files, "from-a-shell") | {
        "DATABASE_DIRECT_URL": "postgres:///from-a-shell",
        "DATABASE_URL": "sqlite:///from-a-shell",
    }
    code = (
        "import os, tests.settings; print(*sorted(name for name in os.environ if 'from-a-shell' in os.environ[name]))"
    )
    expected = ["DATABASE_DIRECT_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "NOTIFY_SOCKET"]
    assert start(code, **shell).stdout.split() == expected


def test_every_variable_of_the_product_may_be_a_file(tmp_path):
    """``SECRET_KEY_FILE`` and ``ALLOWED_HOSTS_FILE`` replace the required variables; the settings read both."""
    for name, value in REQUIRED.items():
        (tmp_path / name).write_text(f"{value}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in REQUIRED}
    started = start("from newsroom import settings; print(settings.SECRET_KEY, *settings.ALLOWED_HOSTS)", **files)
    assert started.stdout == "a-key-of-this-test-alone news.example\n"


def test_a_secret_set_twice_stops_the_product_without_being_shown(tmp_path):
    (tmp_path / "key").write_text("the-key-in-the-file")
    started = start(**REQUIRED, SECRET_KEY_FILE=str(tmp_path / "key"))
    assert started.returncode != 0
    assert started.stderr.splitlines()[-1].endswith("Set SECRET_KEY or SECRET_KEY_FILE, not both.")
    assert REQUIRED["SECRET_KEY"] not in started.stderr
    assert "the-key-in-the-file" not in started.stderr


def test_wsgi_loads_views_and_excludes_them_from_garbage_collection():
    check = IS_TRACKED.format("stories.public.views.works")
    assert start(f"import newsroom.wsgi; {check}", **REQUIRED).stdout == "False\n"


def test_modules_loaded_by_django_setup_are_excluded_from_garbage_collection():
    check = IS_TRACKED.format("stories.models")
    started = start(f"import django; django.setup(); {check}", DJANGO_SETTINGS_MODULE="newsroom.settings", **REQUIRED)
    assert started.stdout == "False\n"
