"""The programs under scripts/ that the commands of the Makefile start."""

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


def test_the_demonstration_makes_a_key_that_only_its_owner_reads(demo):
    key = demo.secret_key()
    path = demo.VAR / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key) >= 50


def test_the_demonstration_keeps_its_key(demo):
    assert demo.secret_key() == demo.secret_key()


def test_the_demonstration_is_the_product(demo):
    variables = demo.environment(8001, None)
    assert (variables["DEBUG"], variables["REQUIRE_SECOND_FACTOR"]) == ("0", "0")
    assert variables["SITE_URL"] == "http://127.0.0.1:8001"


def test_the_demonstration_leaves_other_databases_alone(demo, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@example/precious")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    variables = demo.environment(8000, None)
    assert variables["DATABASE_URL"] == f"sqlite:///{demo.VAR / 'newsroom.sqlite3'}"
    assert "EMAIL_URL" not in variables


class Commands:
    """Stands in for the commands of ``manage.py``: notes which were run, and is stopped at the one named in ``at``."""

    def __init__(self) -> None:
        self.run: list[str] = []
        self.at = ""

    def __call__(self, variables: dict[str, str], *command: str, log: Path | None = None) -> str:
        self.run.append(" ".join(command))
        if command[0] == self.at:
            raise KeyboardInterrupt
        return "Accounts:\n  ana  ka-te-bo-ru  Writer\n"


@pytest.fixture
def commands(demo, tmp_path, monkeypatch):
    (tmp_path / "product").mkdir()
    (tmp_path / "product" / "models.py").write_text("one", encoding="utf-8")
    monkeypatch.setattr(demo, "ROOT", tmp_path / "product")
    monkeypatch.setattr(demo, "manage", Commands())
    return demo.manage


def test_the_second_start_runs_no_command_and_names_the_same_accounts(demo, commands, capsys):
    first = demo.prepare(demo.environment(8001, None))
    commands.run.clear()
    assert demo.prepare(demo.environment(8002, None)) == first == ["  ana  ka-te-bo-ru  Writer"]
    assert commands.run == []
    assert "Nothing has changed" in capsys.readouterr().out


def test_pictures_are_made_ready_once_there_is_content(demo, commands):
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


def test_a_start_without_the_database_of_the_last_one_runs_the_commands(demo, commands, tmp_path):
    variables = demo.environment(8001, f"sqlite:///{tmp_path / 'database'}")
    with closing(sqlite3.connect(tmp_path / "database")) as database:
        database.execute("CREATE TABLE django_migrations (id, app, name, applied)")
    demo.prepare(variables)
    commands.run.clear()
    (tmp_path / "database").unlink()
    demo.prepare(variables)
    assert "migrate --verbosity=0" in commands.run


def test_an_interrupted_start_runs_again(demo, commands):
    commands.at = "worker"
    with pytest.raises(KeyboardInterrupt):
        demo.prepare(demo.environment(8001, None))
    commands.at = ""
    commands.run.clear()
    demo.prepare(demo.environment(8001, None))
    assert "migrate --verbosity=0" in commands.run


def test_what_the_demonstration_keeps_of_its_accounts_only_its_owner_reads(demo, commands):
    demo.prepare(demo.environment(8001, None))
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in demo.VAR.iterdir()} == {
        "secret-key": 0o600,
        "prepared.json": 0o600,
    }


def test_a_busy_port_says_so(demo, monkeypatch):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["demo", "--port", str(port)])
        with pytest.raises(SystemExit, match=f"Port {port} is taken"):
            demo.main()


def test_a_server_is_started_with_what_the_readme_names_and_nothing_else(tmp_path):
    variables = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "news.example", "DATABASE_URL": f"sqlite:///{tmp_path / 'a'}"}
    command = [sys.executable, "-c", "import newsroom.wsgi"]
    done = subprocess.run(
        command, cwd=SCRIPTS.parent, env={"PATH": os.environ["PATH"], **variables}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("required", "code"), [("0", 77), ("1", 1)])
def test_without_a_server_the_tests_on_postgresql_say_so(required, code, monkeypatch, capsys):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    program = load("with-postgres")
    monkeypatch.setattr(program, "find_server", lambda: None)
    monkeypatch.setattr(sys, "argv", ["with-postgres", "true"])
    monkeypatch.setenv("REQUIRE_POSTGRES", required)
    assert program.main() == code
    assert "No PostgreSQL" in capsys.readouterr().err


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """Return the program that runs the whole suite, on a machine with everything, where everything passes."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "argv", ["test", "test"])
    names = ("DATABASE_URL", "PLAYWRIGHT_BROWSERS_PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    for name in (*names, "REQUIRE_CHROMIUM", "REQUIRE_POSTGRES"):
        monkeypatch.setenv(name, "")  # and put back afterwards
    module = load("test")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    programs = {name: (lambda: None, variable) for name, (_, variable) in module.PROGRAMS.items()}
    monkeypatch.setattr(module, "PROGRAMS", programs)
    monkeypatch.setattr(module, "run", lambda *command: 0)
    return module


def test_when_everything_has_run_the_suite_says_so(suite, capsys):
    assert suite.main() == 0
    said = capsys.readouterr().out
    assert "Everything has passed" in said
    assert "NOT RUN" not in said


def test_what_cannot_run_is_named_at_the_end_with_the_line_that_helps(suite, monkeypatch, capsys):
    suite.PROGRAMS["Chromium"] = (lambda: "sudo apt-get install -y chromium", "REQUIRE_CHROMIUM")
    assert suite.main() == 0
    end = capsys.readouterr().out.partition("=== Minutes")[2]
    assert "NOT RUN: " in end
    assert "sudo apt-get install -y chromium" in end
    assert "Everything has passed" not in end


@pytest.mark.parametrize(
    ("variable", "program"), [("REQUIRE_POSTGRES", "PostgreSQL"), ("REQUIRE_CHROMIUM", "Chromium")]
)
def test_where_nothing_may_be_missing_what_is_missing_fails(suite, monkeypatch, variable, program):
    monkeypatch.setenv(variable, "1")
    suite.PROGRAMS[program] = (lambda: "a line that helps", variable)
    assert suite.main() == 1


def test_one_part_that_fails_fails_the_suite_after_all_have_run(suite, monkeypatch, capsys):
    monkeypatch.setattr(suite, "run", lambda *command: int("tests/browser" in command))
    assert suite.main() == 1
    assert "Failed: Chromium." in capsys.readouterr().out


def test_while_pictures_are_made_a_bar_says_how_many_tasks_are_done(demo, tmp_path, capsys):
    path = tmp_path / "newsroom.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE django_tasks_database_dbtaskresult (status)")
        statuses = [("READY",), ("READY",), ("RUNNING",), ("READY",), ("SUCCESSFUL",)]
        database.executemany("INSERT INTO django_tasks_database_dbtaskresult VALUES (?)", statuses)

    class Over:
        looked = 0

        def wait(self, seconds):
            self.looked += 1
            with closing(sqlite3.connect(path)) as database, database:
                database.execute(
                    "UPDATE django_tasks_database_dbtaskresult SET status = 'SUCCESSFUL' WHERE status = 'RUNNING'"
                )
            return self.looked > 1

    demo.draw(f"sqlite:///{path}", Over())
    assert "] 1 of 4 tasks done" in capsys.readouterr().out


@pytest.fixture
def lighthouse(tmp_path, monkeypatch):
    """Return the program, whose Lighthouse fails at the runs that the file ``failing`` names."""
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
    monkeypatch.setattr(module, "paths", lambda site: dict.fromkeys(module.KINDS, "/"))
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "node-tool").symlink_to("/bin/true")
    monkeypatch.setattr(sys, "argv", ["lighthouse", "--runs", "1"])
    return module


@pytest.mark.parametrize(("failing", "code", "rows"), [("0", 0, 5), ("0 1", 1, 4)])
def test_lighthouse_tries_again_once_and_prints_what_it_measured(lighthouse, tmp_path, capsys, failing, code, rows):
    (tmp_path / "failing").write_text(failing, encoding="utf-8")
    assert lighthouse.main() == code
    printed = capsys.readouterr().out
    assert printed.count("| 100 | 100 | 100 | 100 |") == rows
    assert ("Not measured: 1 of 5 runs." in printed) == bool(code)
