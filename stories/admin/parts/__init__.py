"""The rows that stories and questions are made of, as their forms edit them."""

from stories.admin.parts.answers import AnswerRows
from stories.admin.parts.asked import AskedRows
from stories.admin.parts.passages import PassageRows
from stories.admin.parts.pictures import PictureRows
from stories.admin.parts.sections import SectionRows
from stories.admin.parts.sources import SourceRows
from stories.admin.parts.topics import TopicRows

__all__ = ["AnswerRows", "AskedRows", "PassageRows", "PictureRows", "SectionRows", "SourceRows", "TopicRows"]
