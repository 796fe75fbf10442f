"""Rules of docs/architecture.md that import-linter cannot check."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    path
    for package in ("benchmarks", "newsroom", "stories", "topics")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted(
    path for folder in ("templates", "newsroom", "stories", "topics") for path in (ROOT / folder).rglob("*.html")
)
NAMELESS = {"utils", "helpers", "common", "services", "misc"}
# A module holds one concept whole; what is longer than this is more than one.
LONGEST = 600
BEHIND_THE_BOUNDARY = (
    "importlib.",
    "stories.admin.",
    "stories.checks.",
    "stories.drafts.",
    "stories.imports.",
    "stories.models.",
    "stories.publishing.",
    "stories.workflow.",
)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))


@cache
def named(path: Path) -> str:
    """Return the path as a message shows it."""
    return path.relative_to(ROOT).as_posix()


def within(*packages: str) -> list[Path]:
    """Return the given modules, and the modules of the given packages."""
    return [
        path
        for path in MODULES
        if any(named(path) == f"{package}.py" or named(path).startswith(f"{package}/") for package in packages)
    ]


def called(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the name and line of each method that is called; what a form passes on to ``super()`` is its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            if not (isinstance(on, ast.Call) and isinstance(on.func, ast.Name) and on.func.id == "super"):
                yield node.func.attr, node.lineno


def assigned(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield what is assigned: attributes by ``=``, columns by keyword of a call that writes rows."""
    writing = {"create", "update", "bulk_create", "get_or_create", "update_or_create", "insert"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Attribute):
                        yield part.attr, part.lineno
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in writing or name[:1].isupper():
                yield from ((keyword.arg, node.lineno) for keyword in node.keywords if keyword.arg)


@pytest.fixture(scope="module", autouse=True)
def _the_source_is_read_for_these_tests_only():
    yield
    _text.cache_clear()
    _tree.cache_clear()


def test_there_is_something_to_look_at():
    assert len(MODULES) > 50
    assert len(TEMPLATES) > 10


def test_a_module_is_short_enough_to_be_read_at_once():
    long = [named(path) for path in MODULES if len(_text(path).splitlines()) > LONGEST]
    assert long == [], "Split it into a package of the same name."


def test_every_module_is_named_after_what_happens_in_it():
    assert [named(path) for path in MODULES if NAMELESS & {*path.parts, path.stem}] == []


def test_every_module_says_what_it_is_for():
    silent = [named(path) for path in MODULES if _text(path).strip() and not ast.get_docstring(_tree(path))]
    assert silent == []


def test_the_life_span_of_an_edition_is_set_by_publishing_only():
    # Rows of the search index have spans of their own: what publishing says. Editions are out of that module's reach.
    # What is only measured writes rows that nobody published.
    allowed = within("stories/publishing", "newsroom/search/index", "benchmarks/search")
    found = [
        f"{named(path)}:{line} sets {name}"
        for path in MODULES
        if path not in allowed
        for name, line in assigned(_tree(path))
        if name in {"live_from", "live_until"} and not path.is_relative_to(ROOT / "stories" / "editions")
    ]
    assert found == []


def test_a_task_is_queued_in_the_transaction_of_its_change():
    # Called after a commit, it is lost with a process that is killed in between.
    queue = within("newsroom/task_queue")
    found = [
        f"{named(path)}:{node.lineno}"
        for path in MODULES
        if path not in queue
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"enqueue", "aenqueue"}
    ]
    assert found == [], "Call newsroom.task_queue.enqueue."
    assert [f"{named(path)}:{line}" for path in MODULES for line in queued_after_a_commit(path)] == []


def queued_after_a_commit(path: Path) -> Iterator[int]:
    """Yield the line of each call of ``on_commit`` that leads to a task: by what it is given, or what that calls."""
    tree = _tree(path)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == "on_commit":
            seen: set[str] = set()
            left: list[ast.AST] = [*node.args, *(each.value for each in node.keywords)]
            while left:
                names = {_last_name(part) for part in ast.walk(left.pop())} - seen
                seen |= names
                left += [functions[name] for name in names if name in functions]
            if "enqueue" in seen:
                yield node.lineno


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_a_way_round_to_a_task_after_a_commit_is_found(tmp_path):
    ways = (
        "transaction.on_commit(partial(enqueue, purge))",
        "on_commit(lambda: task_queue.enqueue(purge, 1))",
        "def later():\n    soon()\ndef soon():\n    enqueue(purge)\ntransaction.on_commit(later, robust=True)",
    )
    for number, way in enumerate((*ways, "transaction.on_commit(delete_files)\nenqueue(purge)")):
        module = tmp_path / f"module_{number}.py"
        module.write_text(way)
        assert bool([*queued_after_a_commit(module)]) == (way in ways), way


def test_markup_is_declared_safe_only_where_it_is_made_safe():
    found = [
        f"{named(path)}: {name}"
        for path in MODULES
        if not path.is_relative_to(ROOT / "newsroom" / "text")
        for name in re.findall(r"\bmark_safe\b|\bSafe(?:String|Text)\(|\b__html__\b", _text(path))
    ]
    assert found == []


def test_screens_and_pages_ask_in_the_language_of_the_models():
    found = [
        f"{named(path)}:{line} calls {name}()"
        for path in within(
            "stories/public/views",
            "stories/workflow/reader_reports/views",
            "stories/workflow/shared_previews/views",
            "stories/admin",
            "topics/views",
            "topics/admin",
            "newsroom/media/admin",
            "newsroom/accounts/admin",
            "newsroom/site/admin",
        )
        for name, line in called(_tree(path))
        if name in {"filter", "save"}
    ]
    assert found == []


FORBIDDEN_IN_TEMPLATES = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script in the page": re.compile(
        r"<script\b(?![^>]*\ssrc\s*=)(?![^>]*\stype\s*=\s*\"application/(?:ld\+)?json\")", re.IGNORECASE
    ),
    "an address that is a script": re.compile(r"javascript:", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_holds(what):
    found = [
        f"{named(path)}: {match.group()}"
        for path in TEMPLATES
        for match in FORBIDDEN_IN_TEMPLATES[what].finditer(_text(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "markup"),
    [
        ("an inline style", '<p class="a" style="color: red">'),
        ("a style element", "<style>"),
        ("an event handler", '<button type="button" onclick="go()">'),
        ("a script in the page", "<script>"),
        ("a script in the page", '<script type="module">'),
        ("an address that is a script", '<a href="javascript:go()">'),
    ],
)
def test_what_no_template_may_hold_would_be_seen(what, markup):
    assert FORBIDDEN_IN_TEMPLATES[what].search(markup)


@pytest.mark.parametrize(
    "markup",
    ['<script src="/a.js" defer>', '<script type="application/ld+json">', '<p class="on top">', '<a href="?on=1">'],
)
def test_what_a_template_may_hold_is_left_alone(markup):
    assert not [what for what, pattern in FORBIDDEN_IN_TEMPLATES.items() if pattern.search(markup)]


def ways_across_the_boundary(path: Path) -> list[str]:
    """Return how a public module would reach the working copy: by import, through the app registry, by a name as text."""
    tree = _tree(path)
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return [
        *(f"{named(path)} imports {name}" for name in imported if f"{name}.".startswith(BEHIND_THE_BOUNDARY)),
        *(
            f"{named(path)}:{line} calls {name}()"
            for name, line in called(tree)
            if name in {"get_model", "get_models", "import_module", "import_string"}
        ),
    ]


def test_no_public_module_reaches_the_working_copy():
    public = within("stories/public")
    assert public
    assert [way for path in public for way in ways_across_the_boundary(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "from stories.models import Story",
        "from stories.models.work import Work",
        "import stories.drafts",
        "from stories import publishing",
        "Story = apps.get_model('stories', 'Story')",
    ],
)
def test_a_way_across_the_boundary_would_be_seen(line, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(line)
    assert len(ways_across_the_boundary(module)) == 1
