"""Report the result of an import or of a dry run as plain values, which ``import_explainer --json`` prints."""

from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.parse.notes import Note, UnreadableDocumentError

type Report = dict[str, object]


def build_report(file: str, status: str, document: AnyDocument, notes: tuple[Note, ...], *, slug: str | None) -> Report:
    """Return the report on a file that was or would be imported.

    Words are counted by splitting texts at white space.
    """
    common: Report = {"file": file, "status": status, "kind": document.kind, "slug": slug}
    details = _report_story(document) if isinstance(document, Explainer) else _report_question_page(document)
    return {
        **common,
        **details,
        "topics": [
            {
                "name": topic.name,
                "confirmed": topic.topic is not None,
                "description_words": _count_words(plain_text(topic.description)),
            }
            for topic in document.topics
        ],
        "cut_off": document.cut_off,
        "notes": [{"line": note.line, "code": note.code, "message": note.message} for note in notes],
        "error": None,
    }


def build_refusal(file: str, error: UnreadableDocumentError) -> Report:
    """Return the report on a file that was refused, with the same keys as other reports on stories."""
    return {
        "file": file,
        "status": "refused",
        "kind": None,
        "slug": None,
        "headline": None,
        "headline_proposed": None,
        "sections": [],
        "coverage": [],
        "questions": [],
        "topics": [],
        "cut_off": False,
        "notes": [],
        "error": {"line": error.line, "message": error.message},
    }


def summarize(files: list[Report]) -> Report:
    """Return the complete report: the numbers of imported and refused files, and the report on each file."""
    refused = sum(file["status"] == "refused" for file in files)
    return {"imported": sum(file["status"] == "imported" for file in files), "refused": refused, "files": files}


def _report_story(story: Explainer) -> Report:
    coverage = [(passage, plain_text(passage.text)) for passage in story.passages]
    papers = " ".join(text for _, text in coverage)
    texts = {
        section.uid: papers if section.kind == "papers" else plain_text(section.text) for section in story.sections
    }
    return {
        "headline": story.headline if story.headline_confirmed else None,
        "headline_proposed": None if story.headline_confirmed else story.headline or None,
        "sections": [
            {
                "kind": section.kind,
                "heading": section.heading,
                "words": _count_words(texts[section.uid]),
                "text": texts[section.uid],
            }
            for section in story.sections
        ],
        "coverage": [
            {"outlets": [outlet.name for outlet in passage.outlets], "words": _count_words(text), "text": text}
            for passage, text in coverage
        ],
        "questions": [
            {"question": question.question, "teaser_words": _count_words(plain_text(question.teaser)), "answers": 0}
            for question in story.questions
        ],
    }


def _report_question_page(page: QuestionPage) -> Report:
    introduction = plain_text(page.introduction)
    answers = [(answer.question, plain_text(answer.text)) for answer in page.answers]
    return {
        "headline": page.question if page.question_confirmed else None,
        "headline_proposed": None if page.question_confirmed else page.question or None,
        "introduction": introduction or None,
        "sections": [],
        "coverage": [],
        "questions": [],
        "answers": [{"question": question, "words": _count_words(text), "text": text} for question, text in answers],
    }


def _count_words(text: str) -> int:
    return len(text.split())
