"""Rules in docs/architecture.md that import-linter cannot check."""

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
MEANINGLESS_NAMES = {"utils", "helpers", "common", "services", "misc"}
# Gerunds that are terms of the field, and match_existing, in which the word is an adjective.
GERUNDS = {"caching", "encoding", "match_existing", "monitoring", "offboarding"}
# A method of Django's caches, and a model that keeps the name under which a database knows it.
NAMES_OF_OTHERS = {"touch", "PossibleStanding"}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A module contains one whole concept. A longer module is likely to contain several.
MAX_LINES = 600
NOT_FOR_PUBLIC_MODULES = (
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
def relative_path(path: Path) -> str:
    """Return the path relative to the root of the project."""
    return path.relative_to(ROOT).as_posix()


def modules_within(*packages: str) -> list[Path]:
    """Return the given modules, and the modules of the given packages."""
    return [
        path
        for path in MODULES
        if any(
            relative_path(path) == f"{package}.py" or relative_path(path).startswith(f"{package}/")
            for package in packages
        )
    ]


def iter_method_calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the name and line of each method call, except calls on ``super()``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            target = node.func.value
            if not (isinstance(target, ast.Call) and isinstance(target.func, ast.Name) and target.func.id == "super"):
                yield node.func.attr, node.lineno


def iter_assignments(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the name and line of each attribute that is assigned or passed by keyword to a call that may write."""
    writing_methods = {"create", "update", "bulk_create", "get_or_create", "update_or_create", "insert"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Attribute):
                        yield part.attr, part.lineno
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in writing_methods or name[:1].isupper():
                yield from ((keyword.arg, node.lineno) for keyword in node.keywords if keyword.arg)


@pytest.fixture(scope="module", autouse=True)
def _clear_source_caches():
    yield
    _text.cache_clear()
    _tree.cache_clear()


def test_modules_and_templates_are_found():
    assert len(MODULES) > 50
    assert len(TEMPLATES) > 10


def test_no_module_is_too_long():
    long = [relative_path(path) for path in MODULES if len(_text(path).splitlines()) > MAX_LINES]
    assert long == [], "Split it into a package of the same name."


def test_no_module_has_a_meaningless_name():
    assert [relative_path(path) for path in MODULES if MEANINGLESS_NAMES & {*path.parts, path.stem}] == []


def test_a_module_is_named_by_a_gerund_only_where_that_is_the_term():
    gerunds = {path.stem for path in MODULES if path.stem.endswith("ing")}
    assert gerunds <= GERUNDS


def test_no_name_contains_a_word_that_the_glossary_forbids():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    listed = re.search(r"^\*Never\*,[^:]*: ([a-z, ]+)\.", glossary, re.MULTILINE)
    assert listed
    never = set(listed[1].split(", "))
    names = {
        f"{relative_path(path)}: {name}"
        for path in MODULES
        for name in [path.stem, *(node.name for node in ast.walk(_tree(path)) if isinstance(node, DEFINITIONS))]
        if name not in NAMES_OF_OTHERS and never & {word.lower().removesuffix("s") for word in WORD.findall(name)}
    }
    assert names == set()


def test_every_module_has_a_docstring():
    undocumented = [
        relative_path(path) for path in MODULES if _text(path).strip() and not ast.get_docstring(_tree(path))
    ]
    assert undocumented == []


def test_only_publishing_sets_the_life_span_of_an_edition():
    # The search index copies these spans into its own rows and cannot change editions. Benchmarks insert rows without
    # publishing them.
    allowed = modules_within("stories/publishing", "newsroom/search/index", "benchmarks/search")
    found = [
        f"{relative_path(path)}:{line} sets {name}"
        for path in MODULES
        if path not in allowed
        for name, line in iter_assignments(_tree(path))
        if name in {"live_from", "live_until"} and not path.is_relative_to(ROOT / "stories" / "editions")
    ]
    assert found == []


def test_a_task_is_queued_in_the_transaction_of_its_change():
    # A task queued after the commit is lost if the process is killed in between.
    queue = modules_within("newsroom/task_queue")
    found = [
        f"{relative_path(path)}:{node.lineno}"
        for path in MODULES
        if path not in queue
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"enqueue", "aenqueue"}
    ]
    assert found == [], "Call newsroom.task_queue.enqueue."
    assert [f"{relative_path(path)}:{line}" for path in MODULES for line in iter_tasks_after_commit(path)] == []


def iter_tasks_after_commit(path: Path) -> Iterator[int]:
    """Yield the line of each call of ``on_commit`` that leads to a queued task, directly or through other functions."""
    tree = _tree(path)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == "on_commit":
            seen: set[str] = set()
            pending: list[ast.AST] = [*node.args, *(each.value for each in node.keywords)]
            while pending:
                names = {_last_name(part) for part in ast.walk(pending.pop())} - seen
                seen |= names
                pending += [functions[name] for name in names if name in functions]
            if "enqueue" in seen:
                yield node.lineno


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_a_task_queued_after_a_commit_is_detected(tmp_path):
    violations = (
        "transaction.on_commit(partial(enqueue, purge))",
        "on_commit(lambda: task_queue.enqueue(purge, 1))",
        "def later():\n    soon()\ndef soon():\n    enqueue(purge)\ntransaction.on_commit(later, robust=True)",
    )
    for number, code in enumerate((*violations, "transaction.on_commit(delete_files)\nenqueue(purge)")):
        module = tmp_path / f"module_{number}.py"
        module.write_text(code)
        assert bool([*iter_tasks_after_commit(module)]) == (code in violations), code


def test_only_the_text_package_marks_markup_as_safe():
    found = [
        f"{relative_path(path)}: {name}"
        for path in MODULES
        if not path.is_relative_to(ROOT / "newsroom" / "text")
        for name in re.findall(r"\bmark_safe\b|\bSafe(?:String|Text)\(|\b__html__\b", _text(path))
    ]
    assert found == []


def test_views_and_admin_classes_call_neither_filter_nor_save():
    found = [
        f"{relative_path(path)}:{line} calls {name}()"
        for path in modules_within(
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
        for name, line in iter_method_calls(_tree(path))
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


@pytest.mark.parametrize("kind", FORBIDDEN_IN_TEMPLATES)
def test_no_template_contains(kind):
    found = [
        f"{relative_path(path)}: {match.group()}"
        for path in TEMPLATES
        for match in FORBIDDEN_IN_TEMPLATES[kind].finditer(_text(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "markup"),
    [
        ("an inline style", '<p class="a" style="color: red">'),
        ("a style element", "<style>"),
        ("an event handler", '<button type="button" onclick="go()">'),
        ("a script in the page", "<script>"),
        ("a script in the page", '<script type="module">'),
        ("an address that is a script", '<a href="javascript:go()">'),
    ],
)
def test_forbidden_markup_is_detected(kind, markup):
    assert FORBIDDEN_IN_TEMPLATES[kind].search(markup)


@pytest.mark.parametrize(
    "markup",
    ['<script src="/a.js" defer>', '<script type="application/ld+json">', '<p class="on top">', '<a href="?on=1">'],
)
def test_permitted_markup_is_not_detected(markup):
    assert not [kind for kind, pattern in FORBIDDEN_IN_TEMPLATES.items() if pattern.search(markup)]


def find_boundary_violations(path: Path) -> list[str]:
    """Return how a public module reaches code of the desk: by import, through the app registry, or by a dotted path."""
    tree = _tree(path)
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return [
        *(
            f"{relative_path(path)} imports {name}"
            for name in imported
            if f"{name}.".startswith(NOT_FOR_PUBLIC_MODULES)
        ),
        *(
            f"{relative_path(path)}:{line} calls {name}()"
            for name, line in iter_method_calls(tree)
            if name in {"get_model", "get_models", "import_module", "import_string"}
        ),
    ]


def test_no_public_module_uses_code_of_the_desk():
    public = modules_within("stories/public")
    assert public
    assert [violation for path in public for violation in find_boundary_violations(path)] == []


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
def test_a_boundary_violation_is_detected(line, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    module = tmp_path / "module.py"
    module.write_text(line)
    assert len(find_boundary_violations(module)) == 1
