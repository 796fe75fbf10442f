"""The second kind of document: one common question with its answers."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from stories.documents.parts import DocumentBase, Line, Text, Value

QUESTION_PAGE_SCHEMA = 1


class Answer(Value):
    """One part of the answer: a narrower question, what is known, and the day on which it was true."""

    uid: UUID
    question: Line
    text: Text
    as_of: date | None = None


class QuestionPage(DocumentBase):
    """Everything the page of one common question says, at one moment."""

    schema_number: Literal[1] = Field(default=1, alias="schema")
    kind: Literal["question"] = "question"
    question: Line = ""
    question_confirmed: bool = False
    introduction: Text = ""
    answers: tuple[Answer, ...] = ()
