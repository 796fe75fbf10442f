"""Fill a picture that was chosen on its own page into the form of a work. Nothing is saved."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from newsroom.media.models import Image

TEXTS = ("alt", "caption", "credit")


def fill_chosen_picture(parameters: QueryDict, form: forms.BaseForm, formsets: Iterable[Any]) -> bool:
    """Set the initial values of the lead picture, or of the blank row of pictures. Return whether a picture was chosen.

    ``parameters`` come from the address: ``place`` is ``lead`` or ``pictures``, ``picture`` a uid, the rest are texts.
    """
    place, uid = parameters.get("place", ""), parameters.get("picture", "")
    image = Image.objects.with_uid(uid) if place in ("lead", "pictures") else None
    if image is None:
        return False
    decorative = bool(parameters.get("decorative"))
    texts = {name: parameters.get(name, "") for name in TEXTS} | ({"alt": ""} if decorative else {})
    if place == "lead" and "lead" in form.fields:
        form.initial.update(lead=image, lead_decorative=decorative)
        form.initial.update({f"lead_{name}": text for name, text in texts.items()})
        return True
    rows = next((rows for rows in formsets if rows.prefix == "pictures"), None)
    if rows is None or place == "lead":
        return False
    rows.forms[-1].initial |= {"picture": image, "decorative": decorative, **texts}
    return True
