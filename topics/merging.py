"""Makes two topics one: the merged one stays as a row and points to the other."""

from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom import clock
from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.addresses.models import Address
from newsroom.record import keeping
from newsroom.record.models import Event
from topics.models import Topic, TopicAlias


@transaction.atomic
def merge(source: Topic, into: Topic, *, by: User) -> None:
    """Join ``source`` to ``into``: its names lead there, its address answers 301, drafts stay as they are.

    Where readers have not seen ``source``, they find nothing by its names, and its address leads nowhere until they
    do. What was merged into ``source`` before follows. Raises NotAllowedError without the right, ValidationError when the
    two are one, or when ``into`` was itself merged away.
    """
    require(by, "topics.change_topic", "Only curators join topics.")
    rows = {
        topic.pk: topic
        for topic in Topic.objects.select_for_update().filter(pk__in=[source.pk, into.pk]).order_by("pk")
    }
    kept, gone = rows[into.pk], rows[source.pk]
    if kept.pk == gone.pk:
        raise ValidationError("A topic cannot be joined to itself.", code="same")
    if kept.merged_into_id is not None:
        raise ValidationError(f"“{kept}” was joined to another topic already. Choose that one.", code="merged")
    if gone.merged_into_id is not None:
        raise ValidationError(f"“{gone}” was joined to another topic already.", code="merged")
    said = keeping.state_of(gone)
    is_seen = Topic.objects.filter(pk=gone.pk).seen(clock.now()).exists()
    if not is_seen:
        TopicAlias.objects.filter(topic=gone).update(is_findable=False)
    TopicAlias.objects.filter(topic=gone).update(topic=kept)
    if gone.folded_name != kept.folded_name:
        own = {"topic": kept, "name": gone.name, "is_findable": is_seen}
        TopicAlias.objects.get_or_create(folded=gone.folded_name, defaults=own)
    Topic.objects.filter(merged_into=gone).update(merged_into=kept)
    gone.merged_into = kept
    gone.save()
    kept.be_found_as_now()
    if Address.objects.filter(kind="topic", uid=gone.uid).exists():
        Address.objects.claim("topic", gone.slug, gone.uid)
        Address.objects.get_or_create(kind="topic", slug=kept.slug, defaults={"uid": kept.uid})
    Event.objects.write("topic", gone.uid, "merged", by=by, before=said, after={"into": str(kept.uid), "to": kept.name})
    Event.objects.write("topic", kept.uid, "took in", by=by, after={"from": str(gone.uid), "name": gone.name})
