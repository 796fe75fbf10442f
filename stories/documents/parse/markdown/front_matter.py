"""Parse YAML front matter safely, into plain values only; aliases and tags are refused."""

import yaml

from stories.documents.parse.notes import UnreadableDocumentError

_LARGEST = 1_000_000
_DEEPEST = 20
_MOST_VALUES = 50_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_front_matter(text: str, *, first_line: int) -> dict[str, object]:
    """Return the values of the front matter, which begins on ``first_line`` of the file.

    Raise UnreadableDocumentError, with line and reason, if it is invalid, longer than 1,000,000 characters, nested more
    than 20 levels deep, or holds too many values.
    """
    if len(text) > _LARGEST:
        raise UnreadableDocumentError(first_line, "The front matter is too long.")
    try:
        # Events first: no value is built from front matter that is refused.
        _refuse_tricks(text, first_line)
        values = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader: it makes plain values only
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise UnreadableDocumentError(line, f"The front matter is not YAML here: {error.problem}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableDocumentError(first_line, "The front matter is not YAML that can be taken.") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise UnreadableDocumentError(
            first_line, "The front matter must be a group of named values, such as “kind: story”."
        )
    return values


def _refuse_tricks(text: str, first_line: int) -> None:
    """Raise UnreadableDocumentError for aliases, tags, repeated names, and too deep or too many values."""
    depth = 0
    keys: list[tuple[set[str], bool] | None] = []
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if count > _MOST_VALUES:
            raise UnreadableDocumentError(line, "The front matter holds too many values.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableDocumentError(line, "The front matter may not use anchors and aliases (& and *).")
        if getattr(event, "tag", None) and not isinstance(event, yaml.DocumentStartEvent):
            raise UnreadableDocumentError(line, "The front matter may not use tags (!).")
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            keys.pop()
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and keys and (level := keys[-1]):
            names, is_key = level
            if is_key and isinstance(event, yaml.ScalarEvent):
                if event.value in names:
                    raise UnreadableDocumentError(line, f"“{event.value[:80]}” is given twice in the front matter.")
                names.add(event.value)
            keys[-1] = (names, not is_key)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            keys.append((set(), True) if isinstance(event, yaml.MappingStartEvent) else None)
            if depth > _DEEPEST:
                raise UnreadableDocumentError(line, "The front matter nests too deep.")
