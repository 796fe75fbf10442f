"""Creation of a topic or an outlet from a form that needs a name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit import track_changes
from newsroom.entities.models import LONGEST_NAME
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from stories.models import Outlet
from stories.workflow.proposed_names.suggest import ADD, EntityKind
from topics.models import Topic


def create_entity(what: EntityKind, name: str, *, by: User, **said: Any) -> Topic | Outlet:
    """Create the topic or outlet with this name and the columns in ``said``, and return it.

    Raise NotAllowedError without permission, and ValidationError for invalid values or a name that exists, even if it
    was created concurrently.
    """
    require_permission(by, ADD[what], f"You may not add {what}s: the name is proposed when you save.")
    model: Any = Topic if what == "topic" else Outlet
    thing: Topic | Outlet = model(name=" ".join(name.split())[:LONGEST_NAME], **said)
    things = model.objects.all()
    thing.slug = Address.objects.find_free_slug(thing.address_kind, thing.name, uid=thing.uid, taken=things)
    if (
        what == "topic"
        and said.get("wikidata")
        and (other := things.unmerged().filter(wikidata=said["wikidata"]).first())
    ):
        raise ValidationError({"wikidata": f"{said['wikidata']} is already the topic “{other}”."}, code="taken")
    thing.full_clean(exclude=["folded_name"])
    try:
        with invalidation():
            thing.save()
            track_changes.record_added(thing, by=by)
    except IntegrityError as error:
        raise ValidationError({"name": f"Somebody made “{thing.name}” a moment ago."}, code="taken") from error
    return thing
