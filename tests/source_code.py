"""Find names and texts in the source code of the product, whatever modules they are in."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("newsroom", "stories", "topics")


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module except migrations, keyed by dotted path."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {_dotted_path(path): ast.parse(path.read_bytes()) for path in paths if "migrations" not in path.parts}


def _dotted_path(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def _nodes_by_type() -> dict[type, list[Any]]:
    nodes_of_type: dict[type, list[Any]] = defaultdict(list)
    for tree in modules().values():
        for node in ast.walk(tree):
            nodes_of_type[type(node)].append(node)
    return nodes_of_type


def nodes[N: ast.AST](kind: type[N]) -> list[N]:
    """Return every node of one type."""
    return _nodes_by_type()[kind]


def name_of(node: ast.AST) -> str:
    """Return the last part of a dotted name, such as ``write`` in ``Event.objects.write``; empty for other nodes."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def _calls() -> dict[str, list[ast.Call]]:
    by_name: dict[str, list[ast.Call]] = defaultdict(list)
    for node in nodes(ast.Call):
        by_name[name_of(node.func)].append(node)
    return by_name


def calls(*names: str) -> Iterator[ast.Call]:
    """Yield every call of a function, method or class with one of these names."""
    for name in names:
        yield from _calls().get(name, ())


def decorated_with(name: str) -> Iterator[tuple[str, ast.FunctionDef, ast.expr]]:
    """Yield the module, function and decorator of every top-level function with a decorator of this name."""
    for module, tree in modules().items():
        for node in (each for each in tree.body if isinstance(each, ast.FunctionDef)):
            for decorator in node.decorator_list:
                if name_of(decorator.func if isinstance(decorator, ast.Call) else decorator) == name:
                    yield module, node, decorator


@cache
def _values() -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node in nodes(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=several)):
                for name, value in zip(names, several, strict=True):
                    found[name_of(name)].append(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name].append(value)
    others: list[ast.AnnAssign | ast.AugAssign] = [*nodes(ast.AnnAssign), *nodes(ast.AugAssign)]
    for other in others:
        if other.value and isinstance(other.target, ast.Name):
            found[other.target.id].append(other.value)
    return found


def values(name: str) -> list[ast.expr]:
    """Return every value that is assigned to a variable or constant of this name, in any module."""
    return _values().get(name, [])


def text(node: ast.AST | None) -> str:
    """Return a literal text or the text of a constant, with … for each inserted value; empty for other nodes."""
    match node:
        case ast.Constant(value=str() as words):
            return words
        case ast.Constant(value=bytes() as words) if words.isascii():
            return words.decode()
        case ast.JoinedStr(values=parts):
            return "".join(text(part) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.Name(id=name) if len(known := constants(name)) == 1:
            return next(iter(known))
        case _:
            return ""


def texts(*roots: ast.AST) -> set[str]:
    """Return every literal text inside these nodes."""
    return {text(node) for root in roots for node in ast.walk(root) if isinstance(node, ast.Constant)} - {""}


@cache
def constants(*names: str) -> set[str]:
    """Return the literal texts that are assigned to constants of these names."""
    return {text(value) for name in names for value in values(name) if isinstance(value, ast.Constant)} - {""}


def argument(call: ast.AST, position: int | None = None, keyword: str = "") -> str:
    """Return the text of an argument of a call, by position (from 0) or keyword; empty if there is none."""
    if not isinstance(call, ast.Call):
        return ""
    if position is not None and len(call.args) > position:
        return text(call.args[position])
    return next((text(each.value) for each in call.keywords if each.arg == keyword), "")


def keys(*dictionaries: ast.AST) -> set[str]:
    """Return the literal keys of the dictionaries among these nodes."""
    return {text(key) for each in dictionaries if isinstance(each, ast.Dict) for key in each.keys} - {""}


def enumeration(name: str) -> set[str]:
    """Return the values of the ``StrEnum`` or ``TextChoices`` with this name."""
    lines = [
        line.value
        for node in nodes(ast.ClassDef)
        if node.name == name and {name_of(base) for base in node.bases} & {"StrEnum", "TextChoices"}
        for line in node.body
        if isinstance(line, ast.Assign)
    ]
    return {text(line.elts[0] if isinstance(line, ast.Tuple) else line) for line in lines}


def import_class(name: str) -> Any:
    """Return the class with this name, which only one module may define."""
    defining = [
        module
        for module, tree in modules().items()
        if any(isinstance(node, ast.ClassDef) and node.name == name for node in tree.body)
    ]
    assert len(defining) == 1, f"{len(defining)} modules define {name}."
    return getattr(import_module(defining[0]), name)


@cache
def scripts() -> tuple[str, ...]:
    """Return the text of every script for browsers."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted((ROOT / "static").rglob("*.js")))


def find_in_scripts(pattern: str, *, where: Callable[[str], bool] = lambda script: True) -> set[str]:
    """Return the texts that a pattern matches in scripts.

    If the pattern matches the name of a constant, return the text of that constant, with … for each inserted value.
    """
    matches = {(script, name) for script in scripts() if where(script) for name in re.findall(pattern, script)}
    return {words for script, name in matches if (words := _constant(script, name))}


def _constant(script: str, name: str) -> str:
    if name.startswith('"'):
        return name.strip('"')
    match = re.search(rf"\bconst {name} = ([\"`])(.*?)\1;", script)
    return re.sub(r"\${[^}]*}", "…", match[2]) if match else ""


def clear_caches() -> None:
    """Free the memory of the cached syntax trees and scripts."""
    for reader in (modules, _nodes_by_type, _calls, _values, constants, scripts):
        reader.cache_clear()
