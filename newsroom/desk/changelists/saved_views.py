"""Save, change, share and delete the views of a changelist, and store the columns that a user chose."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict

from newsroom.desk.models import SavedView

MAX_VIEWS = 50
MAX_NAME_LENGTH = 60
MAX_QUERY_LENGTH = 2_000
# Parameters that concern a single visit to the list. Views do not save them.
TRANSIENT_PARAMETERS = ("p", "e", "all", "view", "_popup", "_to_field", "csrfmiddlewaretoken")


def clean_query(query_string: str) -> str:
    """Return a query string with only the parameters that a view saves.

    Raise ValidationError if the result is too long.
    """
    parameters = QueryDict(query_string.replace("\x00", "").lstrip("?"), mutable=True)
    for name in TRANSIENT_PARAMETERS:
        parameters.pop(name, None)
    query = parameters.urlencode()
    if len(query) > MAX_QUERY_LENGTH:
        raise ValidationError("These filters are too long to save. Use fewer.")
    return query


def save_view(
    listing: str, name: str, *, query: str, columns: Sequence[str], is_shared: bool, by: AbstractUser
) -> SavedView:
    """Save a view of a list.

    Raise ValidationError for a name that is empty, too long or taken, for a query that is too long, or for too many
    views.
    """
    views = SavedView.objects.owned_by(by, listing)
    if views.count() > MAX_VIEWS:
        raise ValidationError(f"You can save {MAX_VIEWS} views of this list. Delete one first.")
    view = SavedView(owner_id=by.pk, listing=listing, query=clean_query(query), columns=list(columns))
    return _save_under_name(view, name, is_shared=is_shared)


def change_view(
    view: SavedView,
    name: str,
    *,
    is_shared: bool,
    by: AbstractUser,
    query: str | None = None,
    columns: Sequence[str] = (),
) -> SavedView:
    """Rename a view, set whether it is shared, and replace its query and columns if ``query`` is given.

    Raise PermissionDenied for a view of another user. Raise ValidationError for a name that is empty, too long or
    taken, and for a query that is too long.
    """
    _require_owner(view, by)
    if query is not None:
        view.query, view.columns = clean_query(query), list(columns)
    return _save_under_name(view, name, is_shared=is_shared)


def delete_view(view: SavedView, *, by: AbstractUser) -> None:
    """Delete a view, even if it is shared. Raise PermissionDenied for a view of another user."""
    _require_owner(view, by)
    view.delete()


def choose_columns(listing: str, columns: Sequence[str], *, by: AbstractUser, view: SavedView | None = None) -> None:
    """Store ``columns`` for ``view`` if the user owns it, otherwise as the user's own choice for the list."""
    if view is not None and view.owner_id == by.pk:
        view.columns = list(columns)
        view.save(update_fields=["columns"])
    else:
        SavedView.objects.update_or_create(
            owner_id=by.pk, listing=listing, name="", defaults={"columns": list(columns)}
        )


def _require_owner(view: SavedView, by: AbstractUser) -> None:
    if view.owner_id != by.pk:
        raise PermissionDenied("This view belongs to someone else. Save it under a name of your own.")


def _save_under_name(view: SavedView, name: str, *, is_shared: bool) -> SavedView:
    view.name = " ".join(name.replace("\x00", "").split())
    view.is_shared = is_shared
    if not view.name:
        raise ValidationError("Give the view a name.")
    if len(view.name) > MAX_NAME_LENGTH:
        raise ValidationError(f"Use at most {MAX_NAME_LENGTH} characters in the name of a view.")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise ValidationError(f"You already have a view called “{view.name}”.") from None
    return view
