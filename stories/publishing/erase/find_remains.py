"""Find erased content in another database, such as one that a drill has restored from a backup."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from newsroom.audit.erasure_lines import to_line
from newsroom.audit.models import Erasure
from newsroom.media.models import Image
from newsroom.operations.erasures import Line
from stories.models import Document, Edition, Work
from stories.publishing.erase.authorize import Scope
from stories.publishing.erase.documents import contains_part
from stories.publishing.erase.editions import REMOVED


def find_remains(alias: str, restore_began_at: datetime) -> Iterator[str]:
    """Yield a sentence for each erasure of this site whose content is in the restored database with this alias.

    Leave out what was erased after the restore began: it may have read the file of erasures before.
    """
    for erasure in Erasure.objects.closed_before(restore_began_at).order_by("pk"):
        line = to_line(erasure)
        if _remains(line, alias):
            yield (
                f"The restored database contains what was erased on {line.time:%-d %B %Y} ({line.scope} of {line.kind} "
                f"{line.uid}). The file of erasures does not list this erasure."
            )


def _remains(line: Line, alias: str) -> bool:
    if line.scope == Scope.WORK and Work.objects.using(alias).filter(uid=line.uid).exists():
        return True
    if line.scope == Scope.EDITION:
        editions = Edition.objects.using(alias).filter(uid=line.uid, number=line.edition or 0)
        if editions.exclude(notice=REMOVED).exists():
            return True
    # Somebody may have cited the same article again since. Other works may cite it too.
    work = UUID(line.uid)
    if line.part and contains_part(work, line.part, alias=alias) and not contains_part(work, line.part):
        return True
    if line.document and Document.objects.using(alias).filter(digest=line.document).exists():
        return True
    # Somebody may have added the same picture again since.
    erased_files = set(line.files) - set(Image.objects.filter(digest__in=line.files).values_list("digest", flat=True))
    return Image.objects.using(alias).filter(digest__in=erased_files).exists()
