"""The verbs of saved views: save, change, share and delete; and the columns that a user chose."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict

from newsroom.desk.models import SavedView

MOST_VIEWS = 50
LONGEST_NAME = 60
LONGEST_QUERY = 2_000
# Parameters of one visit of the list, which a view does not save.
TRANSIENT_PARAMETERS = ("p", "e", "all", "view", "_popup", "_to_field", "csrfmiddlewaretoken")


def clean_query(asked: str) -> str:
    """Return the part of a query string that a view saves; raise ValidationError if it is too long."""
    said = QueryDict(asked.replace("\x00", "").lstrip("?"), mutable=True)
    for name in TRANSIENT_PARAMETERS:
        said.pop(name, None)
    query = said.urlencode()
    if len(query) > LONGEST_QUERY:
        raise ValidationError("That is more than a view can keep. Narrow the list by less.")
    return query


def save_view(
    listing: str, name: str, *, query: str, columns: Sequence[str], is_shared: bool, by: AbstractUser
) -> SavedView:
    """Save a view of a list. Raise ValidationError for a name that is empty, too long or taken."""
    views = SavedView.objects.owned_by(by, listing)
    if views.count() > MOST_VIEWS:
        raise ValidationError(f"You keep {MOST_VIEWS} views of this list. Throw one away first.")
    view = SavedView(owner_id=by.pk, listing=listing, query=clean_query(query), columns=list(columns))
    return _named(view, name, is_shared=is_shared)


def change_view(
    view: SavedView,
    name: str,
    *,
    is_shared: bool,
    by: AbstractUser,
    query: str | None = None,
    columns: Sequence[str] = (),
) -> SavedView:
    """Rename a view, share it or not, and replace ``query`` and ``columns`` where a query is given.

    Raise PermissionDenied for a view of another user, and ValidationError as ``keep`` does.
    """
    _own(view, by)
    if query is not None:
        view.query, view.columns = clean_query(query), list(columns)
    return _named(view, name, is_shared=is_shared)


def delete_view(view: SavedView, *, by: AbstractUser) -> None:
    """Delete a view, also for those it is shared with. Raise PermissionDenied for a view of another user."""
    _own(view, by)
    view.delete()


def choose_columns(listing: str, columns: Sequence[str], *, by: AbstractUser, view: SavedView | None = None) -> None:
    """Store which columns of a list a user sees, or those of ``view`` if it is their own."""
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
