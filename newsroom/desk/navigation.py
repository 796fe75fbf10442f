"""The main navigation of the desk: which screens a user may open, and which of them is the current one."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.urls import reverse

# Each screen by its name, its view, and permissions of which one opens it. An empty tuple is open to everyone at the desk.
type Screens = tuple[tuple[str, str, tuple[str, ...]], ...]

MAIN: Screens = (
    ("Stories", "admin:stories_story_changelist", ("stories.view_story",)),
    ("Questions", "admin:stories_faq_changelist", ("stories.view_faq",)),
    ("Topics", "admin:topics_topic_changelist", ("topics.view_topic",)),
    ("Outlets", "admin:stories_outlet_changelist", ("stories.view_outlet",)),
    ("Pictures", "admin:media_image_changelist", ("media.view_image",)),
    ("Calendar", "admin:calendar", ("stories.view_story", "stories.view_faq")),
)
GROUPS: tuple[tuple[str, Screens], ...] = (
    (
        "Editing",
        (
            ("Import", "admin:import_text", ("stories.import_work",)),
            ("Bundles", "admin:stories_bundle_changelist", ("stories.view_bundle",)),
            ("Front page", "admin:front_page", ("stories.change_frontplace",)),
            ("Forecasts due", "admin:due_forecasts", ("stories.view_story",)),
            ("Navigation", "admin:navigation", ("topics.change_navigationplace",)),
            ("Articles", "admin:stories_article_changelist", ("stories.view_article",)),
            ("Bylines", "admin:accounts_contributor_changelist", ("accounts.view_contributor",)),
            ("Proposed names", "admin:proposed_names", ("stories.confirm_names",)),
            ("Reader reports", "admin:site_report_changelist", ("site.view_report",)),
            ("Overrides", "admin:stories_override_changelist", ("stories.view_override",)),
            ("Bulk actions", "admin:bulk_runs", ("stories.view_work",)),
            ("House style", "admin:stories_houseword_changelist", ("stories.view_houseword",)),
            ("Help", "admin:help", ()),
        ),
    ),
    (
        "Administration",
        (
            ("Accounts", "admin:accounts_user_changelist", ("accounts.view_user",)),
            ("Invitations", "admin:accounts_invitation_changelist", ("accounts.view_invitation",)),
            ("About pages", "admin:site_aboutpage_changelist", ("site.view_aboutpage",)),
            ("Checks", "admin:check_levels", ("stories.view_checklevel",)),
            ("Activity log", "admin:record_event_changelist", ("record.view_event",)),
            ("Access", "admin:record_accessentry_changelist", ("record.view_accessentry",)),
            ("Failed tasks", "admin:jobs_failure_changelist", ("jobs.view_failure",)),
            ("Health", "admin:health", ("jobs.view_failure",)),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation.

    ``is_current`` is true on all pages of the link's section. If ``is_exact`` is true too, the page is the linked one.
    """

    name: str
    address: str
    is_current: bool
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A named group of links under *More*."""

    name: str
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Navigation:
    """The links that are open, and the groups under *More*, without those that the user may not open."""

    links: list[Link]
    groups: list[Group]
    search: Link
    notifications: Link


def load_navigation(request: HttpRequest) -> Navigation:
    """Return the navigation for the user of ``request``."""
    path = request.path
    home = reverse("admin:index")
    groups = [Group(name, list(_iter_links(screens, request))) for name, screens in GROUPS]
    return Navigation(
        links=[Link("Home", home, path == home, path == home), *_iter_links(MAIN, request)],
        groups=[group for group in groups if group.links],
        search=_make_link("Search", "admin:search", path),
        notifications=_make_link("Notifications", "admin:notifications", path),
    )


def _iter_links(screens: Screens, request: HttpRequest) -> Iterator[Link]:
    user = request.user
    for name, view, permissions in screens:
        if not permissions or (isinstance(user, AbstractUser) and any(map(user.has_perm, permissions))):
            yield _make_link(name, view, request.path)


def _make_link(name: str, view: str, path: str) -> Link:
    address = reverse(view)
    return Link(name, address, path.startswith(address), path == address)
