"""The models of stories and questions, with one module for each concept."""

from newsroom.outlets.models import Outlet, OutletAlias, OutletHost, OutletKind
from stories.editions.front_page import FrontPlace
from stories.editions.models import (
    MAX_FOLDED_TITLE_LENGTH,
    PROJECTIONS,
    Change,
    ChangeNote,
    Edition,
    EditionAnswer,
    EditionArticle,
    EditionContributor,
    EditionForecast,
    EditionImage,
    EditionKind,
    EditionOutlet,
    EditionQuestion,
    EditionQuestionState,
    EditionTopic,
)
from stories.editions.related import RelatedStories
from stories.editions.review_date import Freshness
from stories.models.article import Article, Citation
from stories.models.attached import WorkImage, WorkTopic
from stories.models.autosave import AutosaveSlot
from stories.models.bulk import BulkItem, BulkRun, BulkState
from stories.models.bundle import Bundle, BundleMember
from stories.models.claims import ClaimCell, DismissedProposal, StoryClaim
from stories.models.comment import Comment
from stories.models.document import Document
from stories.models.draft import Draft, PossibleStanding
from stories.models.faq import FAQ, Answer, StoryQuestion
from stories.models.forecast import StoryForecast
from stories.models.house_word import HouseWord
from stories.models.imports import Import
from stories.models.key_figure import KeyFigure
from stories.models.last_read import LastLook
from stories.models.override import CheckLevel, Override
from stories.models.presence import Presence
from stories.models.rerender import Rerendering
from stories.models.revision import Revision, RevisionLabel
from stories.models.section import Section
from stories.models.shared_preview import SharedPreview
from stories.models.source_summary import SourceSummary
from stories.models.story import Byline, Story
from stories.models.work import IN_TRASH, State, Work, WorkErasedError, WorkKind

__all__ = [
    "FAQ",
    "IN_TRASH",
    "MAX_FOLDED_TITLE_LENGTH",
    "PROJECTIONS",
    "Answer",
    "Article",
    "AutosaveSlot",
    "BulkItem",
    "BulkRun",
    "BulkState",
    "Bundle",
    "BundleMember",
    "Byline",
    "Change",
    "ChangeNote",
    "CheckLevel",
    "Citation",
    "ClaimCell",
    "Comment",
    "DismissedProposal",
    "Document",
    "Draft",
    "Edition",
    "EditionAnswer",
    "EditionArticle",
    "EditionContributor",
    "EditionForecast",
    "EditionImage",
    "EditionKind",
    "EditionOutlet",
    "EditionQuestion",
    "EditionQuestionState",
    "EditionTopic",
    "Freshness",
    "FrontPlace",
    "HouseWord",
    "Import",
    "KeyFigure",
    "LastLook",
    "Outlet",
    "OutletAlias",
    "OutletHost",
    "OutletKind",
    "Override",
    "PossibleStanding",
    "Presence",
    "RelatedStories",
    "Rerendering",
    "Revision",
    "RevisionLabel",
    "Section",
    "SharedPreview",
    "SourceSummary",
    "State",
    "Story",
    "StoryClaim",
    "StoryForecast",
    "StoryQuestion",
    "Work",
    "WorkErasedError",
    "WorkImage",
    "WorkKind",
    "WorkTopic",
]
