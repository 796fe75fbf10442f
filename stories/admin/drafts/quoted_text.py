"""Find, in the document of a page, a sentence that was copied from the page."""

from django.utils import translation
from django.utils.translation import gettext

from newsroom.text.plain import plain_text
from newsroom.text.quotations import Quotation, find_quotation
from stories.documents import AnyDocument
from stories.documents.walk import list_texts


def find_quoted_text(sentence: str, document: AnyDocument | None) -> Quotation | None:
    """Return the first place in a document at which a copied sentence occurs, or None."""
    if document is None or not sentence:
        return None
    with translation.override(document.language):
        citation = gettext("Source {number}")
    quotations = (find_quotation(sentence, plain_text(each.text), citation=citation) for each in list_texts(document))
    return next((quotation for quotation in quotations if quotation), None)
