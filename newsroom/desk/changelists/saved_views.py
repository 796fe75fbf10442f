"""What people do with their views of lists: keep, change, share, throw away; and which columns they look at."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict

from newsroom.desk.models import SavedView

MOST_VIEWS = 50
LONGEST_NAME = 60
LONGEST_QUERY = 2_000
# What belongs to one visit of the list, not to the view.
PASSING = ("p", "e", "all", "view", "_popup", "_to_field", "csrfmiddlewaretoken")


def query_of(asked: str) -> str:
    """Return what of a list's address a view keeps; raise ValidationError where that is too long."""
    said = QueryDict(asked.replace("\x00", "").lstrip("?"), mutable=True)
    for name in PASSING:
        said.pop(name, None)
    query = said.urlencode()
    if len(query) > LONGEST_QUERY:
        raise ValidationError("That is more than a view can keep. Narrow the list by less.")
    return query


def keep(
    listing: str, name: str, *, query: str, columns: Sequence[str], is_shared: bool, by: AbstractUser
) -> SavedView:
    """Keep a list as it is seen now under a name. Raises ValidationError for a name that is empty, too long or taken."""
    views = SavedView.objects.of(by, listing)
    if views.count() > MOST_VIEWS:
        raise ValidationError(f"You keep {MOST_VIEWS} views of this list. Throw one away first.")
    view = SavedView(owner_id=by.pk, listing=listing, query=query_of(query), columns=list(columns))
    return _named(view, name, is_shared=is_shared)


def change(
    view: SavedView,
    name: str,
    *,
    is_shared: bool,
    by: AbstractUser,
    query: str | None = None,
    columns: Sequence[str] = (),
) -> SavedView:
    """Give a view another name, share it or not, and let it show ``query`` with ``columns`` where one is said.

    Raises PermissionDenied for somebody else's view, ValidationError as ``keep`` does.
    """
    _own(view, by)
    if query is not None:
        view.query, view.columns = query_of(query), list(columns)
    return _named(view, name, is_shared=is_shared)


def throw_away(view: SavedView, *, by: AbstractUser) -> None:
    """Throw a view away, for everybody. Raises PermissionDenied for somebody else's view."""
    _own(view, by)
    view.delete()


def choose_columns(listing: str, columns: Sequence[str], *, by: AbstractUser, view: SavedView | None = None) -> None:
    """Show a person these columns of a list from now on; in one view of theirs where it is named."""
    if view is not None and view.owner_id == by.pk:
        view.columns = list(columns)
        view.save(update_fields=["columns"])
    else:
        SavedView.objects.update_or_create(
            owner_id=by.pk, listing=listing, name="", defaults={"columns": list(columns)}
        )


def _own(view: SavedView, by: AbstractUser) -> None:
    if view.owner_id != by.pk:
        raise PermissionDenied("This view is somebody else’s. Keep it under a name of your own.")


def _named(view: SavedView, name: str, *, is_shared: bool) -> SavedView:
    view.name = " ".join(name.replace("\x00", "").split())
    view.is_shared = is_shared
    if not view.name:
        raise ValidationError("Give the view a name.")
    if len(view.name) > LONGEST_NAME:
        raise ValidationError(f"A name of a view has at most {LONGEST_NAME} characters.")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise ValidationError(f"You have a view called “{view.name}” already.") from None
    return view
