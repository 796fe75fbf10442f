"""A document as the page that readers would get: an edition that is made and never stored."""

from datetime import datetime

from stories.documents import AnyDocument, Explainer
from stories.documents.render import keep
from stories.drafts.references import outlets_speaking
from stories.models import Edition, Work
from stories.publishing.editions.create import direction_of


def as_edition(work: Work, document: AnyDocument, *, at: datetime) -> Edition:
    """Return the edition that publishing ``document`` at ``at`` would make of ``work``, as far as a page shows it."""
    first = Edition.objects.once_public(at).filter(work=work).order_by("live_from", "pk").first() if work.pk else None
    return Edition(
        work=work,
        uid=work.uid,
        work_kind=work.kind,
        slug=document.slug,
        language=document.language,
        direction=direction_of(document.language),
        translation_group=work.translation_group,
        title=document.headline if isinstance(document, Explainer) else document.question,
        first_published_at=first.first_published_at if first else at,
        updated_at=at,
        outlet_count=len(outlets_speaking(document)),
        **keep(document).columns(),
    )
