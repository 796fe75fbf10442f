"""Asks who wrote what readers have not seen yet: they do not approve it."""

from datetime import datetime

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from stories.documents.compare.confirmations import same_but_confirmations, same_but_decisions, with_articles_of
from stories.models import Edition, Revision, Work


def revision_seen(work: Work, *, at: datetime) -> int:
    """Return the number of the revision that readers saw last until ``at``; 0 where they saw none."""
    public = Edition.objects.filter(work=work, revision__of_desk=True).once_public(at)
    newest = public.select_related("revision").order_by("-live_from", "-pk").first()
    return newest.revision.number if newest and newest.revision else 0


def writers(work: Work, *, up_to: Revision, at: datetime, sender: User | None = None) -> set[int]:
    """Return the keys of those who made a revision after that of the newest edition public until ``at``, up to this one.

    Whoever only confirmed wrote nothing, nor did a revision with new names of the same things, or one that never lay on
    the desk. Whoever decided on names, or corrected what is said of an article, wrote unless somebody else has sent that
    to review since: the last one who did, or ``sender``, who does it now.
    """
    seen = revision_seen(work, at=at)
    desk = Revision.objects.of_the_desk().filter(work=work).select_related("document").order_by("-number")
    made = desk.filter(number__gt=seen, number__lte=up_to.number).exclude(created_by=None)
    found: set[int] = set()
    for key, number in made.values_list("created_by", "number"):
        if key in found:
            continue
        revision, *earlier = desk.filter(number__lte=number)[:2]
        if earlier:
            before, after = earlier[0].document.value(), revision.document.value()
            if same_but_confirmations(before, after):
                continue
            is_decision = same_but_decisions(with_articles_of(before, after), after)
            if is_decision and _was_sent_by_another(work, number, key, sender):
                continue
        found.add(key)
    return found


def _was_sent_by_another(work: Work, number: int, key: int, sender: User | None) -> bool:
    if sender is not None:
        return sender.pk != key
    sent = Event.objects.about(work.uid).with_verb("sent to review").first()
    revision = sent.after.get("revision") if sent else 0
    return sent is not None and sent.by_id != key and isinstance(revision, int) and revision >= number
