"""The upgrade: which releases it refuses, and which release serves if a step fails or the program is killed."""

import hashlib
import re
import shutil
import tarfile
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from deploy import layout, refusals, switch, upgrade
from deploy.machine import DeployError, RefusedError, UsageError
from deploy.switch import Answer, StepError, StoppedError, Switch
from deploy.upgrade import read_to_do, require_back, require_upgrade
from newsroom.operations.version import static_manifest_name
from tests.deploy.fake_machine import FakeServices, KilledError, make_machine

ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = """\
# Changelog

## Unreleased

### To do

* Nothing yet.

## 1.4.0

### Added

* A dateline.

### To do

* Set `DATELINE=1`.

## [1.3.0] - 2026-11-01

### To do

* Something older.
"""


@pytest.fixture
def make_site(tmp_path, monkeypatch):
    """Return a function that makes a machine on which 1.3.0 serves a site, and the record of its commands."""
    numbers = count()
    monkeypatch.setattr(refusals, "require_root", lambda: None)
    monkeypatch.setattr(switch.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(switch, "READY_SECONDS", 0.0)

    def make():
        root = tmp_path / f"root-{next(numbers)}"
        machine, commands = make_machine(root, FakeServices(root))
        for folder in ("releases/1.3.0/deploy", "instances"):
            machine.path(f"{layout.CODE}/{folder}").mkdir(parents=True)
        for folder in (layout.SETTINGS, layout.DATA):
            machine.path(folder).mkdir(parents=True)
        settings = "SITE_URL=https://news.example\nBACKUP_TO=/backups\n"
        machine.path(layout.ENVIRONMENT).write_text(settings, encoding="utf-8")
        for file in layout.KEYS.values():
            machine.path(file).write_text("key\n", encoding="ascii")
        shutil.copy(ROOT / "deploy" / "proxy" / "Caddyfile", machine.path(layout.CADDY_SITE))
        for name in ("systemd", "proxy"):
            shutil.copytree(ROOT / "deploy" / name, machine.path(f"{layout.RELEASES}/1.3.0/deploy/{name}"))
        shutil.copy(ROOT / "deploy" / "proxy" / "newsroom-upstream", machine.path(layout.CADDY_UPSTREAM))
        machine.path(layout.CURRENT).symlink_to("releases/1.3.0")
        for name in ("web-a", "web-b", "worker-1", "worker-2"):
            machine.path(f"{layout.INSTANCES}/{name}").symlink_to("../releases/1.3.0")
        for verb in ("enable", "start"):
            commands(("systemctl", verb, "newsroom-web@a.service"))
        commands.forget()
        return machine, commands

    return make


@pytest.fixture
def machine(make_site):
    return make_site()


@pytest.fixture
def answers(monkeypatch):
    """Return the answers of the running web servers, keyed by letter and path: a status, or a whole answer.

    All others are 200.
    """
    found = {}

    def ask(self, letter, path):
        answer = found.get((letter, path), 200) if letter in self.machine.runner.running else 0
        body = "<loc>https://news.example/stories/a/</loc>" if (path, answer) == ("/sitemap.xml", 200) else ""
        return answer if isinstance(answer, Answer) else Answer(answer, body)

    monkeypatch.setattr(Switch, "ask", ask)
    return found


@pytest.fixture
def archive(tmp_path):
    """Return the archive of release 1.4.0."""
    source = tmp_path / "source"
    for name in ("systemd", "proxy"):
        shutil.copytree(ROOT / "deploy" / name, source / "deploy" / name)
    (source / "pyproject.toml").write_text('[project]\nversion = "1.4.0"\n', encoding="utf-8")
    (source / "requirements-production.lock").write_text("django==6.1\n", encoding="utf-8")
    (source / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    path = tmp_path / "newsroom-1.4.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(source, "newsroom-1.4.0")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(digest, encoding="ascii")
    return path


def run(machine, *arguments):
    machine.changes.clear()
    return upgrade.upgrade(["--yes", *arguments], machine)


def link(machine, path):
    return machine.path(path).readlink().name


def port_of_caddy(machine):
    return 8002 if ":8002 {" in machine.path(layout.CADDY_UPSTREAM).read_text() else 8001


def prepare(make_site, archive, what):
    """Return a machine, the record of its commands, and the arguments that upgrade it, lead it back or restart it."""
    machine, commands = make_site()
    commands.outputs["manage.py help --commands"] = "migrate\npause_alerts\n"
    upgrades = ("1.4.0", "--from", str(archive))
    if what == "--back":
        run(machine, *upgrades)
        commands.forget()
    return machine, commands, upgrades if what == "upgrade" else (what,)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("1.5.0", "Upgrade to 1.4 first."),
        ("1.3.0", "1.3.0 is installed. To restart it, pass --restart."),
        ("1.2.0", "1.3.0 is installed, which is newer. To go back to the release before it, pass --back."),
    ],
)
def test_a_release_that_is_not_the_next_is_refused(version, sentence):
    with pytest.raises(RefusedError) as refused:
        require_upgrade(version, "1.3.0")
    assert str(refused.value) == sentence


@pytest.mark.parametrize("version", ["1.3.1", "1.3.10", "1.4.0", "1.4.2", "2.0.0"])
def test_the_next_release_is_taken(version):
    require_upgrade(version, "1.3.0")


def test_after_a_second_upgrade_the_way_back_is_refused():
    require_back("1.4.0", "1.5.0")
    require_back("1.5.0", "1.5.3")
    with pytest.raises(RefusedError) as refused:
        require_back("1.3.0", "1.5.0")
    assert str(refused.value) == "1.3 no longer fits the tables of 1.5."


def test_what_is_to_do_is_read_from_the_changelog():
    assert read_to_do(CHANGELOG, "1.4.0") == "* Set `DATELINE=1`."
    assert read_to_do(CHANGELOG, "1.3.0") == "* Something older."
    assert read_to_do(CHANGELOG, "1.2.0") == ""


def test_each_entry_of_the_changelog_says_what_is_to_do():
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[?([^]\s]+)", changelog, re.MULTILINE)
    assert versions
    for version in versions:
        to_do = read_to_do(changelog, version)
        assert to_do, version
        assert "](" not in to_do, f"A terminal does not show the links of {version}."


def test_root_writes_no_file_into_the_folder_of_the_user(machine, answers, archive):
    machine, _ = machine
    run(machine, "1.4.0", "--from", str(archive))
    assert [*machine.path(layout.DATA).rglob("*")] == []


def test_the_new_release_takes_over(machine, answers, archive, capsys):
    machine, commands = machine
    assert run(machine, "1.4.0", "--from", str(archive)) == 0
    assert port_of_caddy(machine) == 8002
    assert link(machine, layout.CURRENT) == "1.4.0"
    assert link(machine, layout.PREVIOUS) == "1.3.0"
    assert {
        name: link(machine, f"{layout.INSTANCES}/{name}") for name in ("web-a", "web-b", "worker-1", "worker-2")
    } == {
        "web-a": "1.3.0",
        "web-b": "1.4.0",
        "worker-1": "1.4.0",
        "worker-2": "1.4.0",
    }
    order = [
        "1.4.0/.venv/bin/python manage.py collectstatic",
        "current/.venv/bin/python manage.py backup create --quick",
        "1.4.0/.venv/bin/python manage.py check --deploy",
        "1.4.0/.venv/bin/python manage.py migrate --plan",
        "1.4.0/.venv/bin/python manage.py doctor --before-upgrade",
        "1.4.0/.venv/bin/python manage.py migrate --verbosity=0",
        "systemctl restart newsroom-web@b.service",
        "systemctl enable newsroom-web@b.service",
        "systemctl disable newsroom-web@a.service",
        "systemctl reload caddy",
        "systemctl stop newsroom-web@a.service",
        "systemctl restart newsroom-worker@1.service",
        "systemctl restart newsroom-worker@2.service",
    ]
    places = [next(number for number, line in enumerate(commands.run) if part in line) for part in order]
    assert places == sorted(places)
    printed = capsys.readouterr().out
    assert "* Set `DATELINE=1`." in printed
    assert printed.endswith("The site runs 1.4.0.\n")


def test_alerts_that_the_upgrade_explains_pause_before_the_migration(machine, answers, archive):
    machine, commands = machine
    commands.outputs["manage.py help --commands"] = "migrate\npause_alerts\n"
    run(machine, "1.4.0", "--from", str(archive))
    [pause] = commands.find("pause_alerts")
    assert pause.endswith("current/.venv/bin/python manage.py pause_alerts trigger release")
    assert commands.run.index(pause) < commands.run.index(commands.find("migrate --verbosity=0")[0])


def test_the_way_back_starts_the_release_before_and_leaves_the_tables(machine, answers, archive):
    machine, commands = machine
    run(machine, "1.4.0", "--from", str(archive))
    commands.forget()
    assert run(machine, "--back") == 0
    assert (link(machine, layout.CURRENT), link(machine, layout.PREVIOUS)) == ("1.3.0", "1.4.0")
    assert port_of_caddy(machine) == 8001
    assert commands.find("migrate") == []


@pytest.mark.parametrize("is_there", [True, False])
def test_the_way_back_collects_static_files_only_if_they_were_deleted(machine, answers, archive, is_there):
    machine, commands = machine
    run(machine, "1.4.0", "--from", str(archive))
    commands.forget()
    if is_there:
        manifest = machine.path(f"{layout.DATA}/static/{static_manifest_name('1.3.0')}")
        manifest.parent.mkdir()
        manifest.touch()
    assert run(machine, "--back") == 0
    collecting = [] if is_there else ["releases/1.3.0/.venv/bin/python manage.py collectstatic --noinput --verbosity=0"]
    assert [line.partition("/opt/newsroom/")[2] for line in commands.find("collectstatic")] == collecting


@pytest.mark.parametrize("arguments", [("--back",), ("--back", "1.3.0")])
def test_the_way_back_from_an_unfinished_upgrade_leads_to_the_current_release(machine, answers, archive, arguments):
    machine, commands = machine
    machine.path(f"{layout.RELEASES}/1.2.0").mkdir()
    machine.path(layout.PREVIOUS).symlink_to("releases/1.2.0")
    commands.failing = {"restart newsroom-worker@2"}
    with pytest.raises(StepError, match=r"1\.4\.0 serves the site"):
        run(machine, "1.4.0", "--from", str(archive))
    commands.failing = set()
    assert run(machine, *arguments) == 0
    assert list(commands.running.values()) == [commands.serving()] == ["1.3.0"]
    assert {link(machine, f"{layout.INSTANCES}/worker-{number}") for number in layout.WORKERS} == {"1.3.0"}
    assert (link(machine, layout.CURRENT), link(machine, layout.PREVIOUS)) == ("1.3.0", "1.2.0")


def test_an_unfinished_way_back_is_finished_by_the_same_command(make_site, answers, archive):
    machine, commands, arguments = prepare(make_site, archive, "--back")
    commands.failing = {"restart newsroom-worker@2"}
    with pytest.raises(StepError, match=r"1\.3\.0 serves the site"):
        run(machine, *arguments)
    commands.failing = set()
    assert run(machine, *arguments) == 0
    assert commands.serving() == "1.3.0"
    assert (link(machine, layout.CURRENT), link(machine, layout.PREVIOUS)) == ("1.3.0", "1.4.0")


def test_a_restart_changes_the_instance_and_nothing_else(machine, answers):
    machine, commands = machine
    assert run(machine, "--restart") == 0
    assert link(machine, layout.CURRENT) == "1.3.0"
    assert port_of_caddy(machine) == 8002
    assert not machine.path(layout.PREVIOUS).is_symlink()
    assert commands.find("manage.py") == []


STRICT = "/readyz?strict=1"


def unready(*names):
    """Return the answer of a web server of which these checks fail."""
    return Answer(503, "".join(f"{name}: failed\n" for name in names) + "disk: ok\n")


def test_a_restart_may_keep_the_faults_of_the_site_or_mend_them(machine, answers):
    machine, _ = machine
    answers["a", STRICT] = unready("worker", "mail")
    answers["b", STRICT] = unready("worker")
    answers["a", "/stories/a/"] = 500
    assert run(machine, "--restart") == 0
    assert port_of_caddy(machine) == 8002


def test_a_restart_that_makes_a_check_fail_is_undone(machine, answers):
    machine, commands = machine
    answers["a", STRICT] = unready("worker")
    answers["b", STRICT] = unready("worker", "cache")
    with pytest.raises(StepError, match=r"not ready after 0 seconds\. worker: failed, cache: failed$"):
        run(machine, "--restart")
    assert commands.find("stop newsroom-web@b") == ["systemctl stop newsroom-web@b.service"]
    assert commands.find("stop newsroom-web@a") == []


@pytest.mark.parametrize(("before", "now"), [(200, 404), (404, 500), (500, 0)])
def test_a_restart_that_makes_a_page_fail_is_undone(machine, answers, before, now):
    machine, commands = machine
    answers["a", "/stories/a/"], answers["b", "/stories/a/"] = before, now
    with pytest.raises(StepError, match=rf"/stories/a/ answers {now} now, and {before} before\."):
        run(machine, "--restart")
    assert commands.find("stop newsroom-web@a") == []


def test_a_restart_can_give_the_site_another_name(machine, answers):
    machine, _ = machine
    # The old web server does not know the new name.
    for path in ("/", "/sitemap.xml", "/stories/a/", switch.SEARCH, STRICT):
        answers["a", path] = 400
    answers["b", STRICT] = unready("worker")
    assert run(machine, "--restart") == 0
    answers["a", "/readyz"], answers["b", "/readyz"] = 503, 503
    answers["a", STRICT], answers["b", STRICT] = unready("migrations"), Answer(400, "")
    with pytest.raises(StepError, match="migrations: failed"):
        run(machine, "--restart")


@pytest.mark.parametrize(
    ("failing", "step"),
    [
        ("pip install", "Fetch the release"),
        ("collectstatic", "Fetch the release"),
        ("backup create", "Back up the database"),
        ("check --deploy", "Check the release"),
        ("migrate --plan", "Check the release"),
        ("doctor --before-upgrade", "Check the release"),
        ("pause_alerts trigger", "Migrate the database"),
        ("migrate --verbosity=0", "Migrate the database"),
        ("daemon-reload", "Start the release"),
        ("restart newsroom-web@b", "Start the release"),
        ("enable newsroom-web@b", "Point the proxy to the release"),
        ("disable newsroom-web@a", "Point the proxy to the release"),
        ("reload caddy", "Point the proxy to the release"),
    ],
)
def test_whatever_step_fails_the_old_release_goes_on_serving(make_site, answers, archive, failing, step):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")
    commands.failing = {failing}
    with pytest.raises(StepError, match=f"^“{step}” failed; 1.3.0 goes on serving") as failed:
        run(machine, *arguments)
    assert failed.value.code == 1
    assert set(commands.served) == {"1.3.0"}
    assert commands.is_enabled("a")
    assert link(machine, layout.CURRENT) == "1.3.0"
    assert link(machine, f"{layout.INSTANCES}/web-a") == "1.3.0"
    assert port_of_caddy(machine) == 8001


@pytest.mark.parametrize(
    ("failing", "step", "left"),
    [
        ("stop newsroom-web@a", "Stop the old web server", "stop the old web server, restart the workers, "),
        ("restart newsroom-worker@1", "Restart the workers", "restart the workers, "),
        ("restart newsroom-worker@2", "Restart the workers", "restart the workers, "),
    ],
)
def test_after_the_switch_the_new_release_serves_and_what_is_left_is_named(
    make_site, answers, archive, failing, step, left
):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")
    commands.failing = {failing}
    with pytest.raises(StepError, match=f"^“{step}” failed") as failed:
        run(machine, *arguments)
    assert str(failed.value).endswith(
        f"\n1.4.0 serves the site. Left to do: {left}check the edge. Run the same command again."
    )
    assert commands.serving() == "1.4.0"
    assert "" not in commands.served
    commands.failing = set()
    assert run(machine, *arguments) == 0
    assert "" not in commands.served
    assert (link(machine, layout.CURRENT), link(machine, layout.PREVIOUS)) == ("1.4.0", "1.3.0")
    assert list(commands.running.values()) == ["1.4.0"]


def test_an_edge_that_is_not_purged_is_left_to_the_operator(make_site, answers, archive, monkeypatch):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")
    monkeypatch.setattr(switch, "EDGE_SECONDS", 0.0)
    with machine.path(layout.ENVIRONMENT).open("a") as file:
        file.write("PURGE_URL=https://edge.example\n")
    with pytest.raises(StepError, match=r"^“Check the edge” failed\.") as failed:
        run(machine, *arguments)
    assert str(failed.value).endswith("1.4.0 serves the site. Left to do: check the edge. Run newsroom-manage purge.")
    assert commands.serving() == link(machine, layout.CURRENT) == "1.4.0"


@pytest.mark.parametrize("what", ["upgrade", "--back", "--restart"])
def test_whatever_command_fails_the_message_names_the_release_that_serves(make_site, answers, archive, what):
    machine, commands, arguments = prepare(make_site, archive, what)
    run(machine, *arguments)
    # Whether the other web server runs is a question, whose answer is usually no.
    places = [number for number, line in enumerate(commands.run) if "is-active" not in line]
    assert len(places) >= 8
    for place in places:
        machine, commands, arguments = prepare(make_site, archive, what)
        line = fail_at(commands, place)
        with pytest.raises(StepError) as failed:
            run(machine, *arguments)
        [serving] = set(re.findall(r"(\S+) (?:goes on serving|serves the site)\.", str(failed.value)))
        assert commands.serving() == serving, line
        assert "" not in commands.served, line
        assert commands.is_enabled(commands.asked), line


def fail_at(commands, place):
    """Make the command at this place fail. Return a list that will contain its line."""
    lines = []

    def fail(line):
        if len(commands.run) == place:
            lines.append(line)
            commands.failing = {line}

    commands.before = fail
    return lines


@pytest.mark.audit
@pytest.mark.parametrize("what", ["upgrade", "--back", "--restart"])
def test_a_kill_between_two_steps_leaves_a_release_that_serves_and_can_be_upgraded(make_site, answers, archive, what):
    for place in count():
        machine, commands, arguments = prepare(make_site, archive, what)
        lines = kill_at(machine, commands, place)
        try:
            run(machine, *arguments)
        except KilledError:
            pass
        else:
            break
        assert commands.serving(), lines
        assert any(commands.is_enabled(letter) for letter in commands.running), lines
        kill_at(machine, commands, None)
        # Where all is done but the last step, the same command is refused.
        with suppress(RefusedError):
            run(machine, *arguments)
        assert "" not in commands.served, lines
        if what != "--back":
            assert commands.serving() == ("1.4.0" if what == "upgrade" else "1.3.0"), lines
            assert len(commands.running) == 1, lines
    assert place >= 20


def kill_at(machine, commands, place):
    """Kill the program before this one of its changes and commands. Return a list that will contain its line."""
    lines, places = [], count()

    def kill(line):
        if next(places) == place:
            lines.append(line)
            raise KilledError

    def change(sentence):
        kill(sentence)
        return type(machine).change(machine, sentence)

    machine.change = change
    commands.before = kill
    return lines


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("backup create", "Stopped at “Back up the database”; 1.3.0 goes on serving."),
        ("reload caddy", "Stopped at “Point the proxy to the release”; 1.3.0 goes on serving."),
        (
            "restart newsroom-worker@2",
            "Stopped at “Restart the workers”.\n1.4.0 serves the site. "
            "Left to do: restart the workers, check the edge. Run the same command again.",
        ),
    ],
)
def test_a_signal_stops_the_upgrade_and_what_was_started(make_site, answers, archive, line, message):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")

    def interrupt(command):
        if line in command and not commands.find(line):
            commands.run.append(command)
            raise KeyboardInterrupt

    commands.before = interrupt
    with pytest.raises(StoppedError) as stopped:
        run(machine, *arguments)
    assert str(stopped.value) == message
    assert stopped.value.code == 130
    assert commands.serving() in message
    assert len(commands.running) == 1


def test_a_full_disk_is_a_step_that_fails(make_site, answers, archive, monkeypatch):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")

    def write(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(machine, "write", write)
    with pytest.raises(StepError, match=r"“Start the release” failed; 1\.3\.0 goes on serving\. .*No space left"):
        run(machine, *arguments)
    assert set(commands.served) == {"1.3.0"}


def test_a_proxy_that_cannot_be_reloaded_does_not_lose_the_web_server_that_it_may_ask(
    make_site, answers, archive, capsys
):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")

    def interrupt(command):
        if "reload caddy" in command:
            commands.failing = {"reload caddy"}  # from now on
            commands.before = lambda line: None
            commands.asked = "b"
            raise KeyboardInterrupt

    commands.before = interrupt
    with pytest.raises(StoppedError):
        run(machine, *arguments)
    assert "newsroom-web@b is left running." in capsys.readouterr().err
    assert "" not in commands.served


CADDYFILE = "news.example {\n\theader Referrer-Policy no-referrer\n}\n"


def test_caddy_gets_the_configuration_of_the_release_that_serves(machine, answers, archive):
    machine, _ = machine
    with machine.path(layout.ENVIRONMENT).open("a") as file:
        file.write("SITE_URL=https://other.example\n")
    before = machine.path(layout.CADDY_SITE).read_text("utf-8")
    machine.path(f"{layout.RELEASES}/1.3.0/deploy/proxy/Caddyfile").write_text(CADDYFILE, encoding="utf-8")
    run(machine, "1.4.0", "--from", str(archive))
    assert machine.path(layout.CADDY_SITE).read_text("utf-8") == before.replace("news.example", "other.example")
    run(machine, "--back")
    assert machine.path(layout.CADDY_SITE).read_text("utf-8") == CADDYFILE.replace("news.example", "other.example")


def test_caddy_gets_its_configuration_back_if_the_new_release_does_not_take_over(machine, answers, archive):
    machine, commands = machine
    for path in (layout.CADDY_SITE, f"{layout.RELEASES}/1.3.0/deploy/proxy/Caddyfile"):
        machine.path(path).write_text(CADDYFILE, encoding="utf-8")
    commands.failing = {"reload caddy"}
    with pytest.raises(StepError):
        run(machine, "1.4.0", "--from", str(archive))
    assert machine.path(layout.CADDY_SITE).read_text("utf-8") == CADDYFILE


def test_the_units_of_the_old_release_return_if_the_new_one_does_not_take_over(make_site, answers, archive):
    machine, commands, arguments = prepare(make_site, archive, "upgrade")
    unit = "newsroom-web@.service"
    machine.path(f"{layout.RELEASES}/1.3.0/deploy/systemd/{unit}").write_text("[Unit]\n", encoding="utf-8")
    commands.failing = {"reload caddy"}
    with pytest.raises(StepError):
        run(machine, *arguments)
    assert machine.path(f"{layout.UNITS}/{unit}").read_text("utf-8") == "[Unit]\n"


def test_a_page_that_fails_in_the_new_release_stops_the_upgrade(machine, answers, archive):
    machine, commands = machine
    answers["b", "/stories/a/"] = 500
    with pytest.raises(StepError, match=r"/stories/a/ answers 500 in 1\.4\.0, and 200 in 1\.3\.0\."):
        run(machine, "1.4.0", "--from", str(archive))
    assert commands.find("stop newsroom-web@b") == ["systemctl stop newsroom-web@b.service"]
    assert commands.find("stop newsroom-web@a") == []


def test_a_release_that_is_not_ready_in_time_is_stopped(machine, answers, archive):
    machine, commands = machine
    answers["b", "/readyz?strict=1"] = 503
    with pytest.raises(StepError, match=r"“Start the release” failed; 1\.3\.0 goes on serving\. It is not ready after"):
        run(machine, "1.4.0", "--from", str(archive))
    assert commands.find("stop newsroom-web@b") == ["systemctl stop newsroom-web@b.service"]


def test_an_archive_of_another_version_is_refused(machine, answers, archive):
    machine, _ = machine
    with pytest.raises(RefusedError, match=r"This is 1\.4\.0, not 1\.4\.1\."):
        run(machine, "1.4.1", "--from", str(archive))


def test_a_dry_run_changes_nothing(machine, answers, capsys):
    machine, commands = machine
    assert run(machine, "1.4.0", "--dry-run") == 0
    assert commands.run == []
    assert link(machine, layout.CURRENT) == "1.3.0"
    assert "Would do: Migrate the database." in capsys.readouterr().out


def test_a_site_that_does_not_answer_is_not_upgraded(machine, answers):
    machine, commands = machine
    answers["a", "/healthz"] = 0
    with pytest.raises(RefusedError, match="newsroom-web@a does not answer"):
        run(machine, "1.4.0")
    assert commands.run == []


@pytest.mark.parametrize("arguments", [(), ("new",), ("--restart", "--back"), ("--restart", "1.4.0")])
def test_contradicting_options_are_wrong_usage(machine, answers, arguments):
    with pytest.raises(UsageError):
        run(machine[0], *arguments)


@pytest.mark.parametrize(
    ("checksum", "error", "sentence"),
    [
        (None, StepError, "“Fetch the release” failed; 1.3.0 goes on serving. http"),
        ("0" * 64, RefusedError, "newsroom-1.4.0.tar.gz does not match newsroom-1.4.0.tar.gz.sha256"),
        ("", RefusedError, "newsroom-1.4.0.tar.gz cannot be checked against newsroom-1.4.0.tar.gz.sha256"),
    ],
)
def test_a_release_that_cannot_be_fetched_or_checked_is_not_installed(
    machine, answers, archive, monkeypatch, checksum, error, sentence
):
    machine, commands = machine
    with machine.path(layout.ENVIRONMENT).open("a") as file:
        file.write("RELEASES_URL=http://127.0.0.1:9/releases\n")
    if checksum is not None:

        def download(address, path):
            source = archive.with_name(path.name)
            path.write_bytes(checksum.encode() if path.suffix == ".sha256" else source.read_bytes())

        monkeypatch.setattr(upgrade, "download", download)
    with pytest.raises(error) as failed:
        run(machine, "1.4.0")
    assert sentence in str(failed.value)
    assert commands.find("manage.py") == commands.find("pip") == []
    assert set(commands.served) == {"1.3.0"}


def test_there_is_no_way_back_to_the_release_that_is_installed(machine, answers):
    machine, _ = machine
    machine.path(layout.PREVIOUS).symlink_to("releases/1.3.0")
    with pytest.raises(RefusedError, match=r"1\.3\.0 is installed\. To restart it, pass --restart\."):
        run(machine, "--back")


def test_there_is_no_way_back_before_the_first_upgrade(machine, answers):
    with pytest.raises(RefusedError, match="There is no release before this one"):
        run(machine[0], "--back")


class Releases(BaseHTTPRequestHandler):
    """A handler that serves one file, and redirects all other requests.

    ``/moved/HOST`` is redirected to another host, and ``/moved`` to the file.
    """

    def do_GET(self) -> None:
        if self.path == "/newsroom-1.4.0.tar.gz":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"code")
        else:
            self.send_response(302)
            port = self.headers["Host"].rpartition(":")[2]
            host = self.path.removeprefix("/moved").removeprefix("/")
            path = f"{host}:{port}/moved" if host else f"127.0.0.1:{port}/newsroom-1.4.0.tar.gz"
            self.send_header("Location", f"http://{path}")
            self.end_headers()

    def log_message(self, *args: object) -> None:
        """Print nothing."""


def test_a_release_is_fetched_over_https_or_from_this_machine_only(tmp_path):
    server = HTTPServer(("127.0.0.1", 0), Releases)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}"
    try:
        for address in (f"{site}/newsroom-1.4.0.tar.gz", f"{site}/moved", f"{site}/moved/localhost"):
            upgrade.download(address, tmp_path / "release")
            assert (tmp_path / "release").read_bytes() == b"code"
            (tmp_path / "release").unlink()
        # 127.1 is another name of this machine. From there, the redirects lead to an address that is accepted.
        other_host = f"{site}/moved/127.1"
        for address in ("http://releases.example/newsroom-1.4.0.tar.gz", "file:///etc/hostname", other_host):
            with pytest.raises(DeployError, match="https://"):
                upgrade.download(address, tmp_path / "other")
    finally:
        server.shutdown()
        server.server_close()
    assert not (tmp_path / "other").exists()
