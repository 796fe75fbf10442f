"""Inlines for the rows of stories and questions."""

from stories.admin.forms.rows.answers import AnswerRows
from stories.admin.forms.rows.claims import CellRows, ClaimRows
from stories.admin.forms.rows.forecasts import ForecastRows
from stories.admin.forms.rows.images import ImageRows
from stories.admin.forms.rows.key_figures import KeyFigureRows
from stories.admin.forms.rows.passages import PassageRows
from stories.admin.forms.rows.questions import QuestionRows
from stories.admin.forms.rows.sections import SectionRows
from stories.admin.forms.rows.sources import SourceRows
from stories.admin.forms.rows.topics import TopicRows

__all__ = [
    "AnswerRows",
    "CellRows",
    "ClaimRows",
    "ForecastRows",
    "ImageRows",
    "KeyFigureRows",
    "PassageRows",
    "QuestionRows",
    "SectionRows",
    "SourceRows",
    "TopicRows",
]
