"""The commands, alerts, sentences and keys in the documentation for operators are those of the code."""

import contextlib
import io
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.core.management import CommandError, get_commands, load_command_class

from deploy import install, upgrade
from newsroom.operations.alerts import outages
from newsroom.operations.doctor.registry import registered_conditions

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAMS: dict[str, Callable[[Sequence[str]], object]] = {
    "install": install.parse_options,
    "newsroom-upgrade": upgrade.parse_options,
}
# Variables that hold no secret, although their names look like those of variables that may hold one.
WITHOUT_SECRETS = {
    "AWS_S3_ENDPOINT_URL",
    "BACKUP_S3_ENDPOINT_URL",
    "BREACHED_PASSWORDS_FILE",
    "PURGE_URL",
    "SITE_URL",
}


def section(path: Path, heading: str) -> str:
    """Return the text under a heading, up to the next heading."""
    [text] = re.findall(rf"^#+ {heading}\n(.*?)(?=^#+ |\Z)", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(text)


def first_cells(text: str) -> list[str]:
    """Return the words in backticks in the first column of the tables."""
    rows = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def printed_commands() -> Iterator[tuple[str, str]]:
    """Yield each command for an installed site, and the name of the page that prints it."""
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        lines = re.findall(
            r"^ *[$#] (.*)$", "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)), re.MULTILINE
        )
        for command in [*lines, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))]:
            if re.search(r"\b(newsroom-manage|newsroom-upgrade|scripts/install)\b", command):
                yield command, path.name


def parse(command: str) -> None:
    """Parse the options of a command as its program does.

    Raise SystemExit or CommandError if they are invalid, and AssertionError if there is no such command.
    """
    plain = re.split(r" #|;|\||<|&&", command)[0].replace("…", "URL")
    words = [word for word in shlex.split(plain) if word not in {"sudo", "echo", "$?"}]
    name = Path(words[0]).name
    if name in PROGRAMS:
        PROGRAMS[name](words[1:])
    elif len(words) > 1 and not words[1].isupper():
        assert words[1] in get_commands(), f"There is no command {words[1]}."
        instance = load_command_class(get_commands()[words[1]], words[1])
        instance.create_parser("manage.py", words[1]).parse_args(words[2:])


def test_every_printed_command_has_valid_options():
    commands = [(command, document) for command, document in printed_commands() if " " in command]
    assert len(commands) > 40
    failed = []
    for command, document in commands:
        output = io.StringIO()
        with contextlib.redirect_stderr(output), contextlib.redirect_stdout(output):
            try:
                parse(command)
            except (CommandError, SystemExit, ValueError) as error:
                if getattr(error, "code", 1) != 0:  # the code of --help
                    failed.append(f"{document}: {command}: {error} {output.getvalue()}")
    assert not failed, "\n".join(failed)


def test_every_alert_has_a_line_that_says_what_to_do():
    codes = [condition.code for condition in registered_conditions()]
    assert sorted(first_cells(section(ROOT / "docs/operating.md", "Alerts"))) == sorted({*codes, *outages.CODES})


def test_every_rule_of_prometheus_has_a_line_that_says_what_to_do():
    rules = re.findall(r"- alert: (\w+)", (ROOT / "docs/alerts.yml").read_text("utf-8"))
    assert sorted(first_cells(section(ROOT / "docs/operating.md", "Alerts of Prometheus"))) == sorted(rules)


def test_the_page_of_keys_has_each_variable_that_may_hold_a_secret():
    settings = (ROOT / "newsroom/settings.py").read_text("utf-8") + (ROOT / "newsroom/env.py").read_text("utf-8")
    variables = set(re.findall(r'"([A-Z][A-Z0-9_]{3,})"', settings))
    secret = {name for name in variables if re.search(r"KEY|SECRET|TOKEN|PASSWORD|_DSN|_URL$|HEADER$", name)}
    listed = set(first_cells((ROOT / "docs/security/keys.md").read_text("utf-8")))
    assert secret - WITHOUT_SECRETS - listed == set()


@pytest.mark.parametrize(
    ("heading", "folders"),
    [("Exit codes of restore", ["newsroom/operations"]), ("Upgrading", ["deploy"])],
)
def test_the_code_prints_each_sentence_to_which_the_document_has_an_answer(heading, folders):
    code = "".join(path.read_text("utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py"))
    cells = re.findall(r"^\| (.*?) \|", section(ROOT / "docs/operating.md", heading), re.MULTILINE)
    sentences = [sentence for cell in cells for sentence in re.findall("“([^”]+)”", cell)]
    assert len(sentences) > 8
    for sentence in sentences:
        # Names and numbers are those of an example.
        parts = re.split(r"newsroom_new|newsroom\.sqlite3|erasures\.jsonl|PostgreSQL|SQLite|\d[\d.]*|…", sentence)
        assert max(parts, key=len).strip(" .") in code, sentence


@pytest.mark.parametrize("heading", ["Keys of our own", "Passwords and keys for other services"])
def test_each_key_has_all_columns(heading):
    rows = re.findall(r"^\|.*\|$", section(ROOT / "docs/security/keys.md", heading), re.MULTILINE)
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 6, row
        assert all(cells), row
