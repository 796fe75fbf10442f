"""The document of a question."""

from datetime import date
from typing import Annotated, Final, Literal

from django.utils.translation import gettext_noop as _
from django.utils.translation import pgettext_lazy
from pydantic import AfterValidator, Field

from newsroom.text.fold import fold
from stories.documents.fields import FieldSpec, FrozenModel, RowsSpec, flag_field, line_field, text_field
from stories.documents.schema.base import DocumentBase, confirmation_rule
from stories.documents.schema.claims import show_code
from stories.documents.schema.values import Line, Text, Uid, day_field

QUESTION_PAGE_SCHEMA: Final = 2

ANSWER_STATES: Final = {
    "open": pgettext_lazy("state of a question", "Not known yet"),
    "partly": pgettext_lazy("state of a question", "Partly answered"),
    "answered": pgettext_lazy("state of a question", "Answered"),
}
AnswerState = Literal["", "open", "partly", "answered"]


def _show_state(code: str) -> str:
    return show_code(ANSWER_STATES, code)


class Answer(FrozenModel):
    """One answer of a question page: a narrower question, the text, and the day as of which it is true.

    It expires at the end of ``expires_on``. ``state`` is empty unless the narrower question has a state of its own.
    """

    uid: Uid
    question: Annotated[
        Line,
        line_field(
            _("Question"),
            desk_name="Question of an answer",
            is_title=True,
            is_body=True,
            search="heading",
            max_length=300,
        ),
    ]
    text: Annotated[Text, text_field(_("Answer"), noun="text", is_body=True, search="text")]
    as_of: Annotated[date | None, day_field(_("As of"), desk_name="As of")] = None
    state: Annotated[AnswerState, FieldSpec(_("State"), "value", show=_show_state, since=2)] = ""
    expires_on: Annotated[
        date | None,
        day_field(_("Valid until"), desk_name="Valid until", since=2),
    ] = None


_ANSWERS = RowsSpec(
    "Answer",
    "answers",
    500,
    unique_by=(lambda answer: fold(answer.question[:300])[:300],),
    max_rows=200,
    in_text=True,
)


class QuestionPage(DocumentBase):
    """The document of a question."""

    merge_rules = (confirmation_rule("question", "Question"),)

    schema_number: Annotated[Literal[1, 2], AfterValidator(lambda number: QUESTION_PAGE_SCHEMA)] = Field(
        default=QUESTION_PAGE_SCHEMA, alias="schema"
    )
    kind: Literal["question"] = "question"
    question: Annotated[
        Line,
        line_field(
            _("Question"),
            is_title=True,
            summary=_("question edited"),
            is_body=True,
            search="title",
            max_length=300,
            in_text=True,
        ),
    ] = ""
    question_confirmed: Annotated[
        bool,
        flag_field(_("Question confirmed"), "Confirmed", "Proposed", noun="Question confirmed", in_text=True),
    ] = False
    short_answer: Annotated[
        Text,
        text_field(
            _("Short answer"),
            summary=_("short answer edited"),
            is_body=True,
            search="summary",
            in_text=True,
            since=2,
        ),
    ] = ""
    short_answer_as_of: Annotated[
        date | None,
        day_field(
            _("Short answer as of"),
            summary=_("date of the short answer changed"),
            in_text=True,
            since=2,
        ),
    ] = None
    short_answer_expires_on: Annotated[
        date | None,
        day_field(
            _("Short answer valid until"),
            summary=_("date of the short answer changed"),
            since=2,
        ),
    ] = None
    state: Annotated[
        AnswerState, FieldSpec(_("State"), "value", show=_show_state, summary=_("state changed"), since=2)
    ] = ""
    open_since: Annotated[
        date | None,
        day_field(
            _("Open since"),
            summary=_("date of “Open since” changed"),
            since=2,
        ),
    ] = None
    missing: Annotated[
        Text,
        text_field(
            _("What would answer it"),
            summary=_("text of “What would answer it” edited"),
            is_body=True,
            search="text",
            since=2,
        ),
    ] = ""
    could_answer: Annotated[
        Line,
        line_field(
            _("Who could say"),
            summary=_("text of “Who could say” edited"),
            is_body=True,
            search="text",
            max_length=300,
            since=2,
        ),
    ] = ""
    introduction: Annotated[
        Text,
        text_field(_("Introduction"), summary=_("introduction edited"), is_body=True, search="summary", in_text=True),
    ] = ""
    answers: Annotated[tuple[Answer, ...], _ANSWERS] = ()
