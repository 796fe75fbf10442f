"""Link the works of an exported folder with the works that they translate."""

from newsroom.accounts.models import User
from stories.imports.folder.read import ExportedFolder
from stories.models import Work
from stories.publishing.errors import RefusedError
from stories.workflow.translations import link_translation


def link_translations(folder: ExportedFolder, *, by: User | None) -> list[str]:
    """Link each translation in the folder with its original, and return notes about failures.

    A work that is linked already is not changed. ``by`` is None for a command without a user. Raise NotAllowedError if
    ``by`` may not edit one of the translations.
    """
    notes: list[str] = []
    originals = {work.uid: work.translation_of for work in folder.index.works if work.translation_of}
    for uid, original_uid in originals.items():
        work, original = Work.objects.with_uid(uid), Work.objects.with_uid(original_uid)
        if work is None or work.translation_group is not None:
            continue
        if original is None:
            notes.append(f"“{work.slug}” translates a page that does not exist here.")
            continue
        try:
            link_translation(work, original, by=by)
        except RefusedError as error:
            notes.append(f"“{work.slug}” was not linked as a translation of “{original.slug}”. {error}")
    return notes
