"""The labelled inputs: texts of every form with the expected results. The test prints the number of correct results."""

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


def iter_facts(labelled: dict[str, Any]) -> Iterator[Fact]:
    """Yield the subject, the expected value and the actual value of each fact about one input."""
    expected = labelled["facts"]
    data = labelled["text"].encode(labelled.get("encoding", "utf-8"))
    topics = {
        fold(name): topic
        for main_name, aliases in labelled.get("topics", {}).items()
        for topic in [(uuid4(), main_name)]
        for name in [main_name, *aliases]
    }
    try:
        outlets = OUTLETS if labelled.get("known", True) else {}
        file = parse_file(data, KnownNames(outlets=outlets, topics=topics), name="input.txt")
    except UnreadableDocumentError as error:
        expected_error = expected.get("refused", {"line": "taken", "says": "taken"})
        yield "refused in line", expected_error["line"], error.line
        yield "refused because", True, expected_error["says"] in error.message
        return
    document = file.imported.document
    report = build_report("input.txt", "would import", document, file.imported.notes, slug=None)
    standfirst = plain_text(document.standfirst) if isinstance(document, Explainer) else ""
    if labelled.get("lossless", True):
        source = labelled["text"].removeprefix("\ufeff").split()
        yield "words of the export", _words(source), _words(to_text(document).split())
    for name, value in expected.items():
        yield from _compare(name, value, {"standfirst": standfirst, **report}, to_text(document))


def _words(words: list[str]) -> list[str]:
    return [word_without_mark for word in words if (word_without_mark := word.lstrip("•")) not in ("", "-", "*")]


def _compare(name: str, value: Any, report: Report, text: str) -> Iterator[Fact]:
    sections: Any = report["sections"]
    match name:
        case "sections":
            actual = {section["kind"]: section["words"] for section in sections}
            yield "kinds of sections", sorted(value), sorted(actual)
            yield from ((f"words of {kind}", words, actual.get(kind)) for kind, words in value.items())
        case "paragraphs":
            actual = {section["kind"]: len(section["text"].split("\n\n")) for section in sections}
            yield from ((f"paragraphs of {kind}", count, actual.get(kind)) for kind, count in value.items())
        case "coverage":
            coverage: Any = report["coverage"]
            outlets_by_passage = [" + ".join(passage["outlets"]) or "-" for passage in coverage]
            starts = [passage["text"] for passage in coverage]
            yield "number of passages", len(value), len(coverage)
            for place, line in enumerate(value):
                outlets, start = re.fullmatch(r"(.*?): (.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]  # our own files always match
                yield (
                    f"owners of “{start}”",
                    outlets,
                    outlets_by_passage[place] if place < len(outlets_by_passage) else None,
                )
                yield f"passage {place + 1}", True, place < len(starts) and starts[place].startswith(start)
        case "questions":
            questions: Any = report["questions"]
            yield name, value, [each["question"] for each in questions]
        case "topics":
            topics: Any = report["topics"]
            yield name, value, [each["name"] + _CONFIRMED * each["confirmed"] for each in topics]
        case "answers":
            answers: Any = report["answers"]
            yield name, value, {each["question"]: each["words"] for each in answers}
        case "notes":
            notes: Any = report["notes"]
            codes = {note["code"] for note in notes}
            yield from ((f"note {code}", True, code in codes) for code in value)
        case "without_notes":
            notes = report["notes"]
            yield from ((f"no note {code}", False, any(note["code"] == code for note in notes)) for code in value)
        case "unclear_owners":
            notes = report["notes"]
            unclear_owners = [f"{note['line']}: {note['message']}" for note in notes if note["code"] == "owner-unclear"]
            yield "number of sentences with an unclear owner", len(value), len(unclear_owners)
            for place, line in enumerate(value):
                number, name = line.split(": ", 1)
                note = unclear_owners[place] if place < len(unclear_owners) else ""
                yield f"unclear owner “{name}”", True, note.startswith(f"{number}: ") and f"“{name}”" in note
        case "contains":
            yield from ((f"contains {words}", True, words in text) for words in value)
        case _:
            yield name, value, report.get(name)


def test_every_labelled_input_has_the_expected_results():
    files = sorted(LABELLED.glob("*.yaml"))
    wrong = []
    count = 0
    for path in files:
        for subject, expected, actual in iter_facts(yaml.safe_load(path.read_text(encoding="utf-8"))):
            count += 1
            if expected != actual:
                wrong.append(f"{path.stem}: {subject}: expected {expected!r}, found {actual!r}")
    print(f"{count - len(wrong)} of {count} facts right in {len(files)} labelled inputs")  # noqa: T201  # the printed figure is one result of this test
    assert len(files) >= 40
    assert not wrong, "\n".join(wrong)
