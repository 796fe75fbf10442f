"""Admin classes for works, outlets, bylines, articles, bundles, overrides, house style and reader reports."""

from stories.admin.articles import ArticleAdmin
from stories.admin.bundles import BundleAdmin
from stories.admin.contributors import ContributorAdmin
from stories.admin.house_words import HouseWordAdmin
from stories.admin.outlets import OutletAdmin
from stories.admin.overrides import OverrideAdmin
from stories.admin.reader_reports import ReportAdmin
from stories.admin.works import QuestionAdmin, StoryAdmin

__all__ = [
    "ArticleAdmin",
    "BundleAdmin",
    "ContributorAdmin",
    "HouseWordAdmin",
    "OutletAdmin",
    "OverrideAdmin",
    "QuestionAdmin",
    "ReportAdmin",
    "StoryAdmin",
]
