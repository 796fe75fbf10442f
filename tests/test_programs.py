"""The programs in scripts/ that the Makefile targets run."""

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, nullcontext
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


def load(name: str) -> ModuleType:
    """Load a program as a module, without running it."""
    loader = SourceFileLoader(name.replace("-", "_"), str(SCRIPTS / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def demo(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = load("demo")
    monkeypatch.setattr(module, "VAR", tmp_path / "var")
    return module


def test_the_demonstration_creates_a_key_that_only_its_owner_can_read(demo):
    key = demo.secret_key()
    path = demo.VAR / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) >= 50


def test_the_demonstration_keeps_its_key(demo):
    assert demo.secret_key() == demo.secret_key()


def test_the_demonstration_runs_the_product_without_debug(demo):
    variables = demo.environment(8001, None)
    assert (variables["DEBUG"], variables["REQUIRE_SECOND_FACTOR"]) == ("0", "0")
    assert variables["SITE_URL"] == "http://127.0.0.1:8001"


def test_the_demonstration_ignores_another_database_and_mail_server(demo, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@example/precious")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    monkeypatch.setenv("SECRET_KEY_FILE", "/etc/newsroom/secret_key")
    monkeypatch.setenv("EMAIL_URL_FILE", "/etc/newsroom/email_url")
    variables = demo.environment(8000, None)
    assert variables["DATABASE_URL"] == f"sqlite:///{demo.VAR / 'newsroom.sqlite3'}"
    assert not {"EMAIL_URL", "EMAIL_URL_FILE", "SECRET_KEY_FILE"} & variables.keys()


class Commands:
    """A stand-in for ``manage.py`` that records its commands and is interrupted at the one named in ``stops_at``."""

    def __init__(self) -> None:
        self.run: list[str] = []
        self.stops_at = ""

    def __call__(self, variables: dict[str, str], *command: str, log: Path | None = None) -> str:
        self.run.append(" ".join(command))
        if command[0] == self.stops_at:
            raise KeyboardInterrupt
        return "Accounts:\n  ana  ka-te-bo-ru  Writer\n"


@pytest.fixture
def commands(demo, tmp_path, monkeypatch):
    (tmp_path / "product").mkdir()
    (tmp_path / "product" / "models.py").write_text("one", encoding="utf-8")
    monkeypatch.setattr(demo, "ROOT", tmp_path / "product")
    monkeypatch.setattr(demo, "manage", Commands())
    return demo.manage


def test_the_second_start_runs_no_command_and_prints_the_same_accounts(demo, commands, capsys):
    first = demo.prepare(demo.environment(8001, None))
    commands.run.clear()
    assert demo.prepare(demo.environment(8002, None)) == first == ["  ana  ka-te-bo-ru  Writer"]
    assert commands.run == []
    assert "Nothing has changed" in capsys.readouterr().out


def test_renditions_are_created_after_the_content(demo, commands):
    demo.prepare(demo.environment(8001, None))
    assert commands.run.index("seed_demo") < commands.run.index("worker --batch")


@pytest.mark.parametrize(("name", "text"), [("models.py", "three"), ("new.py", "")])
def test_a_start_after_an_update_runs_the_commands(demo, commands, name, text):
    demo.prepare(demo.environment(8001, None))
    commands.run.clear()
    (demo.ROOT / name).write_text(text, encoding="utf-8")
    demo.prepare(demo.environment(8001, None))
    assert "migrate --verbosity=0" in commands.run


def test_a_start_with_another_database_runs_the_commands(demo, commands, tmp_path):
    demo.prepare(demo.environment(8001, None))
    commands.run.clear()
    demo.prepare(demo.environment(8001, f"sqlite:///{tmp_path / 'another'}"))
    assert "migrate --verbosity=0" in commands.run


def test_a_start_after_the_database_was_deleted_runs_the_commands(demo, commands, tmp_path):
    variables = demo.environment(8001, f"sqlite:///{tmp_path / 'database'}")
    with closing(sqlite3.connect(tmp_path / "database")) as database:
        database.execute("CREATE TABLE django_migrations (id, app, name, applied)")
    demo.prepare(variables)
    commands.run.clear()
    (tmp_path / "database").unlink()
    demo.prepare(variables)
    assert "migrate --verbosity=0" in commands.run


def test_the_start_after_an_interrupted_one_runs_the_commands(demo, commands):
    commands.stops_at = "worker"
    with pytest.raises(KeyboardInterrupt):
        demo.prepare(demo.environment(8001, None))
    commands.stops_at = ""
    commands.run.clear()
    demo.prepare(demo.environment(8001, None))
    assert "migrate --verbosity=0" in commands.run


def test_only_the_owner_can_read_the_stored_key_and_accounts(demo, commands):
    demo.prepare(demo.environment(8001, None))
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in demo.VAR.iterdir()} == {
        "secret-key": 0o600,
        "prepared.json": 0o600,
    }


def test_a_port_in_use_is_reported(demo, monkeypatch):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["demo", "--port", str(port)])
        with pytest.raises(SystemExit, match=f"Port {port} is in use"):
            demo.main()


@pytest.mark.audit
def test_the_required_variables_suffice_to_start_a_server(tmp_path):
    variables = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "news.example", "DATABASE_URL": f"sqlite:///{tmp_path / 'a'}"}
    command = [sys.executable, "-c", "import newsroom.wsgi"]
    done = subprocess.run(
        command, cwd=SCRIPTS.parent, env={"PATH": os.environ["PATH"], **variables}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("required", "code"), [("0", 77), ("1", 1)])
def test_a_missing_postgresql_is_reported(required, code, monkeypatch, capsys):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    program = load("with-postgres")
    monkeypatch.setattr(program, "find_server", lambda: None)
    monkeypatch.setattr(sys, "argv", ["with-postgres", "true"])
    monkeypatch.setenv("REQUIRE_POSTGRES", required)
    assert program.main() == code
    assert "No PostgreSQL" in capsys.readouterr().err


@pytest.mark.parametrize(("required", "code"), [("0", 77), ("1", 1)])
def test_a_missing_pooler_is_reported(required, code, monkeypatch, capsys):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    program = load("with-postgres")
    monkeypatch.setattr(program, "find_server", lambda: Path("/usr/bin"))
    monkeypatch.setattr(program, "find_pooler", lambda: None)
    monkeypatch.setattr(sys, "argv", ["with-postgres", "--pooled", "true"])
    monkeypatch.setenv("REQUIRE_PGBOUNCER", required)
    assert program.main() == code
    assert "No PgBouncer of 1.21 or later" in capsys.readouterr().err


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """Return the program that runs the suite, with every other program installed and every part passing."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "argv", ["test", "test"])
    names = ("DATABASE_URL", "PLAYWRIGHT_BROWSERS_PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    for name in (*names, "REQUIRE_CHROMIUM", "REQUIRE_POSTGRES"):
        monkeypatch.setenv(name, "")  # so that they are restored afterwards
    module = load("test")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    programs = {name: (lambda: None, variable) for name, (_, variable) in module.PROGRAMS.items()}
    monkeypatch.setattr(module, "PROGRAMS", programs)
    monkeypatch.setattr(module, "run", lambda *command: 0)
    return module


def test_a_complete_run_of_the_suite_is_reported(suite, capsys):
    assert suite.main() == 0
    output = capsys.readouterr().out
    assert "Everything has passed" in output
    assert "NOT RUN" not in output


def test_a_part_that_cannot_run_is_reported_at_the_end_with_the_command_that_helps(suite, monkeypatch, capsys):
    suite.PROGRAMS["Chromium"] = (lambda: "sudo apt-get install -y chromium", "REQUIRE_CHROMIUM")
    assert suite.main() == 0
    end = capsys.readouterr().out.partition("=== Minutes")[2]
    assert "NOT RUN: " in end
    assert "sudo apt-get install -y chromium" in end
    assert "Everything has passed" not in end


@pytest.mark.parametrize(
    ("variable", "program"), [("REQUIRE_POSTGRES", "PostgreSQL"), ("REQUIRE_CHROMIUM", "Chromium")]
)
def test_a_missing_program_that_is_required_fails_the_suite(suite, monkeypatch, variable, program):
    monkeypatch.setenv(variable, "1")
    suite.PROGRAMS[program] = (lambda: "a line that helps", variable)
    assert suite.main() == 1


def test_a_failed_part_fails_the_suite_after_all_parts_have_run(suite, monkeypatch, capsys):
    monkeypatch.setattr(suite, "run", lambda *command: int("tests/browser" in command))
    assert suite.main() == 1
    assert "Failed: Chromium." in capsys.readouterr().out


def test_a_part_that_is_a_program_runs_it_in_place_of_pytest(suite, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["test", "soak", "--only", "the last release on SQLite"])
    monkeypatch.setenv("FULL_LENGTH", "")  # so that it is restored afterwards
    commands = []
    monkeypatch.setattr(suite, "run", lambda *command: commands.append(command) or 0)
    assert suite.main() == 0
    assert commands == [(sys.executable, str(tmp_path / "scripts" / "test-upgrade"), "--on", "sqlite")]


@pytest.mark.parametrize("name", ["test-install", "test-upgrade"])
def test_programs_that_install_releases_run_without_django(name):
    code = (
        f"import runpy, sys; sys.modules['django'] = None; runpy.run_path({str(SCRIPTS / name)!r}, run_name='loaded')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_progress_bar_shows_how_many_tasks_are_done(demo, tmp_path, capsys):
    path = tmp_path / "newsroom.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE django_tasks_database_dbtaskresult (status)")
        statuses = [("READY",), ("READY",), ("RUNNING",), ("READY",), ("SUCCESSFUL",)]
        database.executemany("INSERT INTO django_tasks_database_dbtaskresult VALUES (?)", statuses)

    class FinishedEvent:
        waits = 0

        def wait(self, seconds):
            self.waits += 1
            with closing(sqlite3.connect(path)) as database, database:
                database.execute(
                    "UPDATE django_tasks_database_dbtaskresult SET status = 'SUCCESSFUL' WHERE status = 'RUNNING'"
                )
            return self.waits > 1

    demo.draw(f"sqlite:///{path}", FinishedEvent())
    assert "] 1 of 4 tasks done" in capsys.readouterr().out


@pytest.fixture
def lighthouse(tmp_path, monkeypatch):
    """Return the program with a fake Lighthouse, which fails in the runs listed in the file ``failing``."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = load("lighthouse")
    program = tmp_path / "lighthouse"
    program.write_text(
        f"""#!{sys.executable}
import json, pathlib, sys
folder = pathlib.Path({str(tmp_path)!r})
run = len(list(folder.glob("run-*")))
(folder / f"run-{{run}}").touch()
if str(run) in (folder / "failing").read_text().split():
    sys.exit("NO_NAVSTART")
scores = {{name: {{"score": 1, "auditRefs": []}} for name in {list(module.CATEGORIES)!r}}}
audits = {{name: {{"numericValue": 0}} for name in ("largest-contentful-paint", "cumulative-layout-shift")}}
report = next(word.partition("=")[2] for word in sys.argv if word.startswith("--output-path="))
pathlib.Path(report).write_text(json.dumps({{"categories": scores, "audits": audits}}))
""",
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setattr(module, "PROGRAM", program)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "reports")
    monkeypatch.setattr(module, "find_chromium", lambda: "chromium")
    monkeypatch.setattr(module, "demonstration", lambda folder: nullcontext(("http://127.0.0.1:1", None)))
    monkeypatch.setattr(module, "paths", lambda site: dict.fromkeys(("front page", "story", "forecasts"), "/"))
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "node-tool").symlink_to("/bin/true")
    monkeypatch.setattr(sys, "argv", ["lighthouse", "--runs", "1"])
    return module


@pytest.mark.parametrize(("failing", "code", "rows"), [("0", 0, 3), ("0 1", 1, 2)])
def test_lighthouse_retries_once_and_prints_its_measurements(lighthouse, tmp_path, capsys, failing, code, rows):
    (tmp_path / "failing").write_text(failing, encoding="utf-8")
    assert lighthouse.main() == code
    printed = capsys.readouterr().out
    assert printed.count("| 100 | 100 | 100 | 100 |") == rows
    assert ("Not measured: 1 of 3 runs." in printed) == bool(code)


@pytest.mark.filterwarnings("ignore:Prefer using dashboardv2:DeprecationWarning")
def test_the_dashboard_in_the_documentation_is_what_its_program_builds(monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    built = load("dashboard").render()
    assert (SCRIPTS.parent / "docs" / "dashboard.json").read_text("utf-8") == built, "Run `make dashboard`."
