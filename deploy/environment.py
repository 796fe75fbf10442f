"""The file with the environment variables of a site, in the format of ``EnvironmentFile`` (systemd.exec(5))."""

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./?&~-]*")
_ASSIGNMENT = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)")
_ESCAPED = re.compile(r"""\\(["\\$`])""")


def parse(text: str) -> dict[str, str]:
    """Return the variables of a file, without quotation marks around their values."""
    variables = {}
    for line in text.splitlines():
        if match := _ASSIGNMENT.fullmatch(line):
            variables[match[1]] = _unquote(match[2].strip())
    return variables


def update(text: str, variables: Mapping[str, str]) -> str:
    """Return the text of a file with these variables set. Comments and other variables remain as they are."""
    missing = dict(variables)
    lines = []
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line)
        if match and match[1] in variables:
            value = missing.pop(match[1], None)
            if value is None:
                continue  # systemd would use this later line for the same variable
            is_same = _unquote(match[2].strip()) == value
            lines.append(line if is_same else format_variable(match[1], value))
        else:
            lines.append(line)
    lines += [format_variable(name, value) for name, value in missing.items()]
    return "".join(f"{line}\n" for line in lines)


def format_variable(name: str, value: str) -> str:
    """Return the line that sets a variable."""
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    escaped = re.sub(r"""(["\\$`])""", r"\\\1", value)
    return f'{name}="{escaped}"'


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return _ESCAPED.sub(r"\1", value[1:-1])
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1]
    return value
