"""The labelled set: inputs of every shape with what is true of them; the test prints how many facts are right."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from newsroom.outlets.initial_outlets import load_initial_outlets
from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from stories.documents import Explainer
from stories.documents.export import to_text
from stories.documents.parse import KnownNames, Report, UnreadableDocumentError, build_report, index_outlets, parse_file

LABELLED = Path(__file__).parent / "labelled"
OUTLETS = index_outlets((outlet.uid, outlet.name, outlet.aliases) for outlet in load_initial_outlets())
_CONFIRMED = " (confirmed)"

type Fact = tuple[str, object, object]


def facts_of(labelled: dict[str, Any]) -> Iterator[Fact]:
    """Yield each fact of one input: what it is about, what is expected, what came out."""
    expected = labelled["facts"]
    data = labelled["text"].encode(labelled.get("encoding", "utf-8"))
    topics = {
        fold(name): topic
        for chosen, aliases in labelled.get("topics", {}).items()
        for topic in [(uuid4(), chosen)]
        for name in [chosen, *aliases]
    }
    try:
        outlets = OUTLETS if labelled.get("known", True) else {}
        file = parse_file(data, KnownNames(outlets=outlets, topics=topics), name="input.txt")
    except UnreadableDocumentError as error:
        refused = expected.get("refused", {"line": "taken", "says": "taken"})
        yield "refused in line", refused["line"], error.line
        yield "refused because", True, refused["says"] in error.message
        return
    document = file.imported.document
    made = build_report("input.txt", "would import", document, file.imported.notes, slug=None)
    standfirst = plain_text(document.standfirst) if isinstance(document, Explainer) else ""
    if labelled.get("lossless", True):
        source = labelled["text"].removeprefix("\ufeff").split()
        yield "words in, words out", _words(source), _words(to_text(document).split())
    for name, value in expected.items():
        yield from _compared(name, value, {"standfirst": standfirst, **made}, to_text(document))


def _words(words: list[str]) -> list[str]:
    return [bare for word in words if (bare := word.lstrip("•")) not in ("", "-", "*")]


def _compared(name: str, value: Any, made: Report, text: str) -> Iterator[Fact]:
    sections: Any = made["sections"]
    match name:
        case "sections":
            found = {section["kind"]: section["words"] for section in sections}
            yield "which sections", sorted(value), sorted(found)
            yield from ((f"words of {kind}", words, found.get(kind)) for kind, words in value.items())
        case "paragraphs":
            found = {section["kind"]: len(section["text"].split("\n\n")) for section in sections}
            yield from ((f"paragraphs of {kind}", count, found.get(kind)) for kind, count in value.items())
        case "coverage":
            coverage: Any = made["coverage"]
            owners = [" + ".join(passage["outlets"]) or "-" for passage in coverage]
            starts = [passage["text"] for passage in coverage]
            yield "how many passages", len(value), len(coverage)
            for place, line in enumerate(value):
                outlets, start = re.fullmatch(r"(.*?): (.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]  # our own files
                yield f"owners of “{start}”", outlets, owners[place] if place < len(owners) else None
                yield f"passage {place + 1}", True, place < len(starts) and starts[place].startswith(start)
        case "questions":
            asked: Any = made["questions"]
            yield name, value, [one["question"] for one in asked]
        case "topics":
            topics: Any = made["topics"]
            yield name, value, [one["name"] + _CONFIRMED * one["confirmed"] for one in topics]
        case "answers":
            answers: Any = made["answers"]
            yield name, value, {one["question"]: one["words"] for one in answers}
        case "notes":
            notes: Any = made["notes"]
            codes = {note["code"] for note in notes}
            yield from ((f"note {code}", True, code in codes) for code in value)
        case "without_notes":
            notes = made["notes"]
            yield from ((f"no note {code}", False, any(note["code"] == code for note in notes)) for code in value)
        case "told":
            notes = made["notes"]
            told = [f"{note['line']}: {note['message']}" for note in notes if note["code"] == "owner-unclear"]
            yield "how many sentences are told", len(value), len(told)
            for place, line in enumerate(value):
                number, name = line.split(": ", 1)
                says = told[place] if place < len(told) else ""
                yield f"“{name}” is told", True, says.startswith(f"{number}: ") and f"“{name}”" in says
        case "contains":
            yield from ((f"contains {words}", True, words in text) for words in value)
        case _:
            yield name, value, made.get(name)


def test_every_fact_of_the_labelled_set_is_right():
    files = sorted(LABELLED.glob("*.yaml"))
    wrong = []
    count = 0
    for path in files:
        for about, expected, found in facts_of(yaml.safe_load(path.read_text(encoding="utf-8"))):
            count += 1
            if expected != found:
                wrong.append(f"{path.stem}: {about}: expected {expected!r}, found {found!r}")
    print(f"{count - len(wrong)} of {count} facts right in {len(files)} labelled inputs")  # noqa: T201  # the figure is asked for
    assert len(files) >= 40
    assert not wrong, "\n".join(wrong)
