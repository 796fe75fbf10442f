"""Create a topic or an outlet from within a form that refers to it by name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit import track_changes
from newsroom.entities.models import MAX_NAME_LENGTH
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from stories.models import Outlet
from stories.workflow.proposed_names.suggest import ENTITY_ADD_PERMISSIONS, EntityKind
from topics.models import Topic


def create_entity(entity_kind: EntityKind, name: str, *, by: User, **values: Any) -> Topic | Outlet:
    """Create the topic or outlet with this name and these field ``values``, with an audit entry, and return it.

    Raise NotAllowedError if the user may not add such an entity. Raise ValidationError for invalid values, for a
    Wikidata item that another topic has, and for a name that already exists, even if it was created concurrently.
    """
    require_permission(
        by,
        ENTITY_ADD_PERMISSIONS[entity_kind],
        f"You don’t have permission to add {entity_kind}s. The name will be proposed when you save.",
    )
    model: Any = Topic if entity_kind == "topic" else Outlet
    entity: Topic | Outlet = model(name=" ".join(name.split())[:MAX_NAME_LENGTH], **values)
    entities = model.objects.all()
    entity.slug = Address.objects.find_free_slug(entity.address_kind, entity.name, uid=entity.uid, taken=entities)
    if (
        entity_kind == "topic"
        and values.get("wikidata")
        and (other := entities.unmerged().filter(wikidata=values["wikidata"]).first())
    ):
        message = f"The topic “{other}” already has this Wikidata item."
        raise ValidationError({"wikidata": ValidationError(message, code="taken")})
    entity.full_clean(exclude=["folded_name"])
    try:
        with invalidation():
            entity.save()
            track_changes.record_added(entity, by=by)
    except IntegrityError as error:
        message = f"Someone added “{entity.name}” a moment ago. Use that one."
        raise ValidationError({"name": ValidationError(message, code="taken")}) from error
    return entity
