"""Each model has a retention rule, or a reason for which its rows are stored without a limit."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

from newsroom.http import clock
from newsroom.operations.retention import ItemRule, RowRule, registered_rules

# Models whose rows are deleted by a rule that is not one for rows.
WITH_ITEM_RULE = {"pages.StoredPage": "stored_pages"}
# Rows that the database deletes with those of a rule, or that a rule deletes by another table.
WITH_ANOTHER = {
    "accounts.Invitation_roles": "accounts.Invitation",
    "django_tasks_database.DBTaskResult": "jobs.Job",
    "jobs.Failure": "jobs.Job",
    "stories.Comment_mentions": "stories.Comment",
}

NEVER = "what was published or recorded is never deleted"
DRAFT = "a part of a draft, deleted with its work"
DESK = "content of the desk, deleted by the people who made it"
NAME = "what readers and editions know by its uid; other pages and addresses depend on it"
ACCOUNT = "belongs to an account, until the person is forgotten"
PROJECTION = "written at publication, deleted with what it describes"
RUN = "has one row for each run of a command, without personal data"
SMALL = "has one row, or a row for each of a few names"
DJANGO = "written by Django at each migration"

REASONS = {
    "accounts.Contributor": NAME,
    "accounts.Contributor_topics": "what the public page of a contributor says; removed by person forget",
    "accounts.User": "removed by person forget; the name in the audit log stays until then",
    "accounts.User_groups": ACCOUNT,
    "accounts.User_user_permissions": ACCOUNT,
    "account.EmailAddress": ACCOUNT,
    "account.EmailConfirmation": "never written: addresses are confirmed by signed links or not at all",
    "addresses.Address": "addresses that were public once lead to today’s for ever",
    "admin.LogEntry": "what Django records of changes at the desk, beside the audit log",
    "auth.Group": SMALL,
    "auth.Group_permissions": DJANGO,
    "auth.Permission": DJANGO,
    "contenttypes.ContentType": DJANGO,
    "listing.SavedView": ACCOUNT,
    "media.Image": NAME,
    "media.Rendition": "made again when it is missing, deleted with its image",
    "mfa.Authenticator": ACCOUNT,
    "notices.NoticeChoice": ACCOUNT,
    "operations.AlertPause": SMALL,
    "operations.Backup": RUN,
    "operations.Drill": RUN,
    "operations.Pulse": SMALL,
    "operations.SiteState": SMALL,
    "operations.TidyRun": SMALL,
    "record.Erasure": NEVER,
    "record.Event": NEVER,
    "socialaccount.SocialAccount": ACCOUNT,
    "socialaccount.SocialApp": "never written: the provider of single sign-on is in the settings",
    "socialaccount.SocialToken": "never written: no token is stored",
    "search.Mention": PROJECTION,
    "search.SearchDocument": PROJECTION,
    "search.Spelling": PROJECTION,
    "search.SpeltWord": PROJECTION,
    "search.Wording": PROJECTION,
    "site.AboutPage": DESK,
    "site.DemonstrationWork": "deleted when its work is erased",
    "stories.Answer": DRAFT,
    "stories.Article": NAME,
    "stories.Bundle": DESK,
    "stories.BundleMember": DESK,
    "stories.Byline": DRAFT,
    "stories.CheckLevel": SMALL,
    "stories.Citation": DRAFT,
    "stories.ClaimCell": DRAFT,
    "stories.Comment": "the discussion of a work, deleted with it or by an erasure",
    "stories.DismissedProposal": DRAFT,
    "stories.Document": NEVER,
    "stories.Draft": DRAFT,
    "stories.Edition": NEVER,
    "stories.EditionAnswer": NEVER,
    "stories.EditionArticle": NEVER,
    "stories.EditionContributor": NEVER,
    "stories.EditionForecast": NEVER,
    "stories.EditionImage": NEVER,
    "stories.EditionOutlet": NEVER,
    "stories.EditionQuestion": NEVER,
    "stories.EditionQuestionState": NEVER,
    "stories.EditionTopic": NEVER,
    "stories.FAQ": DESK,
    "stories.Freshness": "has one row for each work that was published",
    "stories.FrontPlace": DESK,
    "topics.NavigationPlace": DESK,
    "stories.HouseWord": DESK,
    "stories.LastLook": "has one row for each work and person",
    "stories.Outlet": NAME,
    "stories.OutletAlias": NAME,
    "stories.OutletHost": NAME,
    "stories.Override": NEVER,
    "stories.PossibleStanding": PROJECTION,
    "stories.RelatedStories": PROJECTION,
    "stories.Rerendering": RUN,
    "stories.Revision": NEVER,
    "stories.RevisionLabel": "names of revisions, which are never deleted",
    "stories.KeyFigure": DRAFT,
    "stories.Section": DRAFT,
    "stories.SourceSummary": DRAFT,
    "stories.SourceSummary_articles": DRAFT,
    "stories.SourceSummary_outlets": DRAFT,
    "stories.Story": DESK,
    "stories.StoryClaim": DRAFT,
    "stories.StoryForecast": DRAFT,
    "stories.StoryQuestion": DRAFT,
    "stories.Work": DESK,
    "stories.WorkImage": DRAFT,
    "stories.WorkTopic": DRAFT,
    "topics.Topic": NAME,
    "topics.TopicAlias": NAME,
}


def labels_with_rule() -> set[str]:
    """Return the labels of the models whose rows a rule deletes or strips of personal data."""
    at = clock.now()
    rules = [rule for rule in registered_rules() if isinstance(rule, RowRule)]
    return {rows.model._meta.label for rule in rules for rows in rule.rows(at, rule.age)}


def test_each_model_has_a_rule_or_a_reason(db):
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    with_rule = labels_with_rule() | WITH_ITEM_RULE.keys() | WITH_ANOTHER.keys()
    undecided = labels - with_rule - REASONS.keys()
    assert not undecided, f"How long are rows of {sorted(undecided)} stored? Register a rule, or give a reason here."
    assert not with_rule & REASONS.keys(), "A model with a rule needs no reason."
    assert REASONS.keys() | with_rule <= labels, "A model that no longer exists has a reason."


def test_what_is_deleted_with_another_model_has_a_rule_or_a_reason_there(db):
    assert set(WITH_ANOTHER.values()) <= labels_with_rule() | REASONS.keys()
    names = {rule.name for rule in registered_rules() if isinstance(rule, ItemRule)}
    assert set(WITH_ITEM_RULE.values()) <= names


def test_no_rule_deletes_what_is_never_deleted(db):
    never = {label for label, reason in REASONS.items() if reason == NEVER}
    assert {"stories.Revision", "stories.Edition", "stories.Document", "record.Event", "record.Erasure"} <= never
    assert not never & labels_with_rule()


def test_the_documentation_lists_each_rule_with_its_days() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "operating.md").read_text(encoding="utf-8")
    part = text.partition("## What is deleted, and when")[2].partition("\n## ")[0]
    documented = [(name, int(days)) for name, days in re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", part, re.MULTILINE)]
    assert documented == [(rule.name, rule.days) for rule in registered_rules()]
