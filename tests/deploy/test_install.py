"""The installer: what it asks, what it writes, and what it leaves as it is."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import install, layout, refusals, switch
from deploy.environment import parse
from deploy.install import ask_for_people_and_mail, describe_site, parse_options
from deploy.machine import DeployError, RefusedError, UsageError
from deploy.proxies import find_proxy, write_nginx
from deploy.switch import Answer, StepError, Switch
from tests.deploy.fake_machine import FakeCommands, make_machine

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("--yes", "--host", "news.example", "--administrator", "ana@news.example", "--no-dns-check", "--no-start")
WELCOME = ":80 {\n\tfile_server\n}\n"


@pytest.fixture(autouse=True)
def _as_root_on_debian(monkeypatch):
    monkeypatch.setattr(refusals, "require_root", lambda: None)
    monkeypatch.setattr(refusals, "require_system", lambda: None)
    monkeypatch.setattr(refusals, "list_listeners", lambda port: set())


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Make a small release for the installer, with the product's own units and configuration."""
    folder = tmp_path / "source"
    for name in ("systemd", "proxy"):
        shutil.copytree(ROOT / "deploy" / name, folder / "deploy" / name)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "newsroom-manage").touch()
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.4.0"\n', encoding="utf-8")
    (folder / "requirements-production.lock").write_text("django==6.1\n", encoding="utf-8")
    monkeypatch.setattr(install, "ROOT", folder)
    return folder


@pytest.fixture
def machine(tmp_path, source):
    """Return a machine on which the packages are installed, and the record of its commands."""
    machine, commands = make_machine(tmp_path / "root", FakeCommands())
    commands.outputs = {"--showformat=${db:Status-Status}": "installed"}
    return machine, commands


def run(machine, *options):
    machine.changes.clear()
    return install.install([*OPTIONS, *options], machine)


def settings_of(machine):
    return parse(machine.path("/etc/newsroom/environment").read_text("utf-8"))


def test_a_site_gets_its_settings(machine):
    machine, _ = machine
    assert run(machine, "--email-url", "smtps://mail.example") == 0
    assert settings_of(machine) == {
        "SITE_URL": "https://news.example",
        "ALLOWED_HOSTS": "news.example",
        "VAR_DIR": "/var/lib/newsroom",
        "DATABASE_URL": "postgres://newsroom@%2Frun%2Fpostgresql/newsroom",
        "TRUSTED_PROXY_COUNT": "1",
        "BACKUP_TO": "/var/lib/newsroom/backups",
        "EMAIL_URL": "smtps://mail.example",
    }


@pytest.mark.audit
def test_the_settings_of_a_new_site_pass_the_checks_for_deployment_without_a_warning(machine):
    machine, _ = machine
    run(machine, "--email-url", "smtps://mail.example")
    files = {f"{name}_FILE": str(machine.path(file)) for name, file in layout.KEYS.items()}
    # The installer, too, uses this database for the checks if it does not start the site.
    environment = settings_of(machine) | files | {"DATABASE_URL": "sqlite://:memory:", "PATH": os.environ["PATH"]}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    checked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stderr) == (0, False), checked.stderr


def test_others_cannot_read_settings_and_keys(machine):
    machine, _ = machine
    run(machine)
    modes = {
        name: stat.S_IMODE(machine.path(f"/etc/newsroom/{name}").stat().st_mode)
        for name in ("", "environment", "secret_key", "digest_key")
    }
    assert modes == {"": 0o750, "environment": 0o640, "secret_key": 0o600, "digest_key": 0o600}
    keys = {machine.path(f"/etc/newsroom/{name}").read_text() for name in ("secret_key", "digest_key")}
    assert len(keys) == 2
    assert all(len(key) > 50 for key in keys)


def test_root_writes_no_file_into_the_folder_of_the_user(machine):
    machine, _ = machine
    run(machine)
    made = sorted(path.name for path in machine.path(layout.DATA).rglob("*"))
    assert made == ["backups", "media", "metrics", "static"]


def test_a_second_run_changes_nothing(machine):
    machine, _ = machine
    run(machine)
    assert machine.changes
    run(machine)
    assert machine.changes == []


def test_a_second_run_repairs_units_and_rights_and_leaves_keys_and_settings(machine):
    machine, _ = machine
    run(machine)
    key = machine.path("/etc/newsroom/secret_key").read_text()
    with machine.path("/etc/newsroom/environment").open("a") as file:
        file.write("# By hand:\nLANGUAGES=de\n")
    machine.path("/etc/newsroom/secret_key").chmod(0o644)
    machine.path("/etc/systemd/system/newsroom-web@.service").write_text("broken")
    run(machine)
    assert machine.changes == [
        "Write /etc/newsroom/secret_key.",
        "Write /etc/systemd/system/newsroom-web@.service.",
    ]
    assert machine.path("/etc/newsroom/secret_key").read_text() == key
    assert machine.path("/etc/newsroom/environment").read_text().endswith("# By hand:\nLANGUAGES=de\n")


def test_an_option_of_a_later_run_changes_its_setting(machine):
    machine, _ = machine
    run(machine)
    install.install(["--yes", "--host", "other.example", "--no-dns-check", "--no-start"], machine)
    assert settings_of(machine)["SITE_URL"] == "https://other.example"
    assert settings_of(machine)["ALLOWED_HOSTS"] == "other.example"


def test_keys_of_the_environment_file_go_into_files_of_their_own(machine, tmp_path):
    machine, _ = machine
    (tmp_path / "environment").write_text("SECRET_KEY=of-the-former-machine\nSITE_NAME=Lisle\n", encoding="utf-8")
    run(machine, "--environment", str(tmp_path / "environment"))
    assert machine.path("/etc/newsroom/secret_key").read_text() == "of-the-former-machine\n"
    assert settings_of(machine)["SITE_NAME"] == "Lisle"
    assert "SECRET_KEY" not in settings_of(machine)


def test_a_site_that_is_not_started_prints_the_commands_that_start_it(machine, capsys):
    machine, commands = machine
    run(machine)
    printed = capsys.readouterr().out.partition("Start the site with these commands, as root:")[2]
    assert [line.strip() for line in printed.splitlines() if line] == [
        "systemctl enable --now postgresql",
        "runuser -u postgres -- createuser newsroom",
        "runuser -u postgres -- createdb --owner=newsroom newsroom",
        "runuser -u postgres -- createdb --owner=newsroom newsroom_drill",
        "newsroom-manage migrate --verbosity=0",
        "newsroom-manage setup_outlets",
        "newsroom-manage create_administrator ana@news.example",
        "systemctl daemon-reload",
        "systemctl enable --now newsroom-web@a.service newsroom-worker@1.service newsroom-worker@2.service "
        "newsroom-backup.timer newsroom-drill.timer newsroom-tidy.timer newsroom-watch.timer",
        "systemctl start newsroom-backup.service",
        "systemctl enable --now caddy",
        "systemctl reload caddy",
        "newsroom-manage doctor --outside",
    ]
    assert commands.find("systemctl") == []
    assert len(commands.find("manage.py check --deploy")) == 1
    assert len(commands.find("caddy validate")) == 1


def test_a_site_that_is_to_be_restored_is_not_backed_up_while_it_is_empty(machine, capsys):
    machine, commands = machine
    commands.outputs["manage.py backup list"] = "2026-11-28T031500Z  1.2 MB, 17 pictures\n"
    run(machine)
    assert "systemctl start newsroom-backup.service" not in capsys.readouterr().out


def test_nor_is_it_if_a_backup_is_damaged_so_that_they_cannot_be_listed(machine, capsys):
    machine, commands = machine
    commands.failing.add("manage.py backup list")
    run(machine)
    assert "systemctl start newsroom-backup.service" not in capsys.readouterr().out


def test_the_first_backup_is_made_where_there_is_none(machine, capsys):
    machine, commands = machine
    commands.outputs["manage.py backup list"] = "There is no backup.\n"
    run(machine)
    assert "systemctl start newsroom-backup.service" in capsys.readouterr().out


def test_a_dry_run_changes_nothing(machine, capsys):
    machine, commands = machine
    before = sorted(machine.root.rglob("*"))
    assert run(machine, "--dry-run") == 0
    assert [path for path in sorted(machine.root.rglob("*")) if path.suffix != ".lock"] == before
    assert {line.split()[0] for line in commands.run} <= {"dpkg-query", "id"}
    assert "Would do: Write /etc/newsroom/environment." in capsys.readouterr().out


def test_a_fault_in_the_settings_is_shown(machine):
    machine, commands = machine
    commands.failing = {"check --deploy"}
    with pytest.raises(DeployError, match="check --deploy” failed"):
        run(machine)


def test_warnings_about_the_settings_are_shown_and_do_not_stop_the_run(machine, capsys):
    machine, commands = machine
    commands.warnings = {"check --deploy": "newsroom.W001: Redis does not answer"}
    assert run(machine) == 0
    assert "newsroom.W001" in capsys.readouterr().err


def test_the_welcome_page_of_caddy_is_replaced(machine):
    machine, commands = machine
    digest = hashlib.md5(WELCOME.encode(), usedforsecurity=False).hexdigest()
    commands.outputs["--showformat=${Conffiles}"] = f"/etc/caddy/Caddyfile {digest}"
    machine.path("/etc/caddy/Caddyfile").write_text(WELCOME)
    run(machine)
    assert machine.path("/etc/caddy/Caddyfile").read_text() == "import newsroom.caddy\n"


def test_other_sites_of_caddy_remain(machine):
    machine, _ = machine
    machine.path("/etc/caddy/Caddyfile").write_text("other.example {\n\trespond hello\n}")
    run(machine)
    run(machine)
    expected = "other.example {\n\trespond hello\n}\nimport newsroom.caddy\n"
    assert machine.path("/etc/caddy/Caddyfile").read_text() == expected


def test_the_proxies_get_the_name_of_the_site(machine):
    machine, _ = machine
    run(machine)
    assert "\nnews.example {\n" in machine.path("/etc/caddy/newsroom.caddy").read_text()
    assert "127.0.0.1:8001 {" in machine.path("/etc/caddy/newsroom-upstream").read_text()


def enable_second_server(machine):
    """Do what ``systemctl`` does when the site is switched to the second web server."""
    wanted = machine.path("/etc/systemd/system/multi-user.target.wants")
    wanted.mkdir()
    (wanted / "newsroom-web@b.service").symlink_to("../newsroom-web@.service")


def test_after_an_upgrade_to_the_second_instance_a_run_leaves_it_in_service(machine, capsys):
    machine, _ = machine
    run(machine)
    enable_second_server(machine)
    run(machine)
    assert "127.0.0.1:8002 {" in machine.path("/etc/caddy/newsroom-upstream").read_text()
    assert "newsroom-web@b.service" in capsys.readouterr().out


def test_nginx_needs_no_caddy(machine, monkeypatch):
    machine, commands = machine
    monkeypatch.setattr(refusals, "require_certificate", lambda host: None)
    run(machine, "--proxy", "nginx")
    assert "server_name news.example;" in machine.path("/etc/nginx/conf.d/newsroom.conf").read_text()
    assert not machine.path("/etc/caddy/newsroom.caddy").exists()
    assert commands.find("nginx -t") == ["nginx -t"]
    assert find_proxy(machine) == "nginx"


def test_after_an_upgrade_to_the_second_instance_nginx_asks_it_first(machine, monkeypatch):
    machine, _ = machine
    monkeypatch.setattr(refusals, "require_certificate", lambda host: None)
    enable_second_server(machine)
    run(machine, "--proxy", "nginx")
    site = machine.path("/etc/nginx/conf.d/newsroom.conf").read_text()
    assert "server 127.0.0.1:8002 max_fails=0;" in site
    assert "server 127.0.0.1:8001 max_fails=0 backup;" in site


def test_nginx_asks_the_right_web_server_first_with_the_configuration_of_another_release(machine, tmp_path):
    machine, _ = machine
    (tmp_path / "nginx.conf").write_text("\tserver 127.0.0.1:8001;\n\tserver 127.0.0.1:8002 backup;\n", "utf-8")
    assert write_nginx(machine, tmp_path, "news.example", "b")
    site = machine.path("/etc/nginx/conf.d/newsroom.conf").read_text()
    assert site == "\tserver 127.0.0.1:8002;\n\tserver 127.0.0.1:8001 backup;\n"


def test_sqlite_needs_no_postgresql(machine, capsys):
    machine, commands = machine
    run(machine, "--database", "sqlite", "--proxy", "none")
    assert settings_of(machine)["DATABASE_URL"] == "sqlite:////var/lib/newsroom/newsroom.sqlite3"
    assert "createdb" not in capsys.readouterr().out
    assert [line for line in commands.run if line.endswith("postgresql")] == []
    assert find_proxy(machine) == "none"


def test_another_version_is_refused(machine, source):
    machine, _ = machine
    run(machine)
    (source / "pyproject.toml").write_text('[project]\nversion = "1.5.0"\n', encoding="utf-8")
    with pytest.raises(RefusedError, match=r"^1\.4\.0 is installed\. Upgrade it: newsroom-upgrade 1\.5\.0\.$"):
        run(machine)


def test_a_port_in_use_is_refused_unless_the_proxy_is_somebody_elses(machine, monkeypatch):
    machine, _ = machine
    monkeypatch.setattr(refusals, "list_listeners", lambda port: {"apache2"})
    with pytest.raises(RefusedError, match=r"Ports 80 and 443 are in use by apache2"):
        run(machine)
    assert machine.changes == []
    assert run(machine, "--proxy", "none") == 0


def test_only_one_run_at_a_time(machine):
    machine, _ = machine
    with install.locked(machine.path(install.LOCK)), pytest.raises(install.LockedError) as refused:
        run(machine)
    assert refused.value.code == 75


def test_the_installer_can_undo_a_switch_that_a_signal_stops(monkeypatch):
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    during = []
    monkeypatch.setattr(install, "install", lambda arguments: during.extend(map(signal.getsignal, numbers)) or 0)
    try:
        assert install.main() == 0
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    assert len(during) == 3
    assert signal.SIG_DFL not in during


@pytest.fixture
def booted(machine, monkeypatch):
    """Return a machine on which the site runs, with the first web server, and the record of its commands."""
    machine, commands = machine
    commands.outputs |= {"pg_roles": "newsroom\n", "pg_database": "newsroom\nnewsroom_drill\n"}
    monkeypatch.setattr(install, "is_booted_with_systemd", lambda: True)
    monkeypatch.setattr(install, "answers", lambda port: True)
    monkeypatch.setattr(switch.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(switch, "READY_SECONDS", 0.0)
    monkeypatch.setattr(Switch, "ask", lambda self, letter, path: Answer(200, ""))
    commands.failing = {"is-active --quiet newsroom-web@b"}  # it does not run
    run(machine)
    machine.path(install.RELOAD).unlink()
    commands.run.clear()
    return machine, commands


def run_booted(machine, *options):
    machine.changes.clear()
    return install.install([*(each for each in OPTIONS if each != "--no-start"), *options], machine)


def list_changes(commands):
    """Return what systemd was told to change."""
    verbs = {"enable", "disable", "start", "stop", "restart", "reload"}
    lines = [line for line in commands.run if line.startswith("systemctl ")]
    return [line.removeprefix("systemctl ") for line in lines if line.split()[1] in verbs]


SWITCHED = [
    "restart newsroom-web@b.service",
    "enable newsroom-web@b.service",
    "disable newsroom-web@a.service",
    "reload caddy",
    "stop newsroom-web@a.service",
    "restart newsroom-worker@1.service",
    "restart newsroom-worker@2.service",
]


@pytest.mark.parametrize(
    ("proxy", "path", "line"),
    [
        ("caddy", "/etc/caddy/newsroom-upstream", "127.0.0.1:8002 {"),
        ("nginx", "/etc/nginx/conf.d/newsroom.conf", "server 127.0.0.1:8002 max_fails=0;"),
    ],
)
def test_a_second_run_with_other_settings_switches_to_the_other_web_server(booted, monkeypatch, proxy, path, line):
    machine, commands = booted
    monkeypatch.setattr(refusals, "require_certificate", lambda host: None)
    run_booted(machine, "--proxy", proxy)
    commands.run.clear()
    assert run_booted(machine, "--email-url", "smtps://mail.example") == 0
    assert list_changes(commands) == [change.replace("caddy", proxy) for change in SWITCHED]
    assert line in machine.path(path).read_text()
    commands.run.clear()
    enable_second_server(machine)
    assert run_booted(machine) == 0
    assert (machine.changes, list_changes(commands)) == ([], [])


def test_a_unit_that_is_not_started_does_not_keep_the_others_from_being_restarted(booted):
    machine, commands = booted
    commands.failing |= {"is-active newsroom-drill.timer"}
    assert run_booted(machine, "--email-url", "smtps://mail.example") == 0
    first, *others = list_changes(commands)
    assert first.startswith("enable --now newsroom-web@a.service ")
    assert others == SWITCHED


def test_a_web_server_that_does_not_run_is_started_and_the_workers_are_restarted(booted):
    machine, commands = booted
    commands.failing |= {"is-active newsroom-web@a"}
    assert run_booted(machine, "--email-url", "smtps://mail.example") == 0
    first, *others = list_changes(commands)
    assert first.startswith("enable --now newsroom-web@a.service ")
    assert others == ["restart newsroom-worker@1.service newsroom-worker@2.service"]


def test_settings_with_which_the_site_does_not_start_are_not_put_in_service(booted, monkeypatch):
    machine, commands = booted
    answers = {"a": Answer(200, ""), "b": Answer(503, "cache: failed\n")}
    monkeypatch.setattr(Switch, "ask", lambda self, letter, path: answers[letter])
    with pytest.raises(StepError, match=r"^“Start the release” failed; 1\.4\.0 goes on serving\..+cache: failed"):
        run_booted(machine, "--email-url", "smtps://mail.example")
    assert "stop newsroom-web@a.service" not in list_changes(commands)
    commands.run.clear()
    monkeypatch.setattr(Switch, "ask", lambda self, letter, path: Answer(200, ""))
    assert run_booted(machine) == 0
    assert list_changes(commands) == SWITCHED


def test_a_dry_run_says_that_the_site_would_be_restarted_and_forgets_nothing(booted, capsys):
    machine, commands = booted
    machine.path(install.RESTART).touch()
    assert run_booted(machine, "--dry-run", "--email-url", "smtps://mail.example") == 0
    assert "Would do: Start the release." in capsys.readouterr().out
    assert list_changes(commands) == []
    assert machine.path(install.RESTART).exists()


def test_without_a_start_the_command_that_restarts_an_installed_site_is_printed(booted, capsys):
    machine, commands = booted
    assert run(machine, "--email-url", "smtps://mail.example") == 0
    assert "    newsroom-upgrade --restart\n" in capsys.readouterr().out
    assert list_changes(commands) == []


def test_a_proxy_that_ran_before_the_site_was_started_is_reloaded(booted):
    machine, commands = booted
    (path := machine.path("/etc/caddy/newsroom.caddy")).write_text("")
    run(machine)
    assert path.read_text()
    assert list_changes(commands) == []
    run_booted(machine)
    assert list_changes(commands) == ["reload caddy"]
    commands.run.clear()
    run_booted(machine)
    assert (machine.changes, list_changes(commands)) == ([], [])


def describe(arguments, installed, proxy="caddy"):
    """Return the site after all questions."""
    options = parse_options(arguments)
    site = describe_site(options, installed, proxy)
    ask_for_people_and_mail(options, site, installed)
    return site


@pytest.mark.parametrize(("arguments", "option"), [([], "--host"), (["--host", "news.example"], "--administrator")])
def test_what_is_missing_is_not_asked_with_yes(arguments, option):
    with pytest.raises(UsageError, match=f"^Pass {option}\\.$") as refused:
        describe(["--yes", *arguments], {})
    assert refused.value.code == 2


def test_what_is_missing_is_asked_at_a_terminal(monkeypatch):
    answers = iter(["", "news.example", "ana@news.example", "smtps://mail.example"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    monkeypatch.setattr(install.sys.stdin, "isatty", lambda: True)
    site = describe([], {})
    assert (site.host, site.administrator, site.email_url) == (
        "news.example",
        "ana@news.example",
        "smtps://mail.example",
    )


def test_without_a_terminal_the_mail_server_is_left_out():
    assert describe(["--host", "news.example", "--administrator", "ana@news.example"], {}).email_url is None


def test_a_site_that_is_refused_is_refused_before_questions(machine, monkeypatch):
    machine, _ = machine
    monkeypatch.setattr("builtins.input", lambda prompt: pytest.fail(prompt))
    monkeypatch.setattr(install.sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(refusals, "list_listeners", lambda port: {"apache2"})
    with pytest.raises(RefusedError, match="in use by apache2"):
        install.install(["--host", "news.example"], machine)


def test_a_dry_run_asks_for_the_name_alone(machine, monkeypatch):
    machine, _ = machine
    monkeypatch.setattr("builtins.input", lambda prompt: pytest.fail(prompt))
    assert install.install(["--host", "news.example", "--no-dns-check", "--dry-run"], machine) == 0


def test_a_later_run_asks_nothing():
    installed = {"SITE_URL": "https://news.example", "DATABASE_URL": "sqlite:////a", "EMAIL_URL": ""}
    site = describe([], installed, "nginx")
    assert (site.host, site.proxy, site.database, site.administrator) == ("news.example", "nginx", "sqlite", "")
