"""The search for what the outlets of a story say about a point, for the part *Agreement* of its form."""

import re
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from newsroom.desk.responses import json_refusal
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.posted import Fields
from stories.admin.drafts.short_references import describe_form_excess
from stories.admin.views.work.unsaved_form import UnsavedFormView
from stories.documents import Explainer
from stories.documents.schema.claims import KINDS
from stories.workflow.agreement.look import Looked, look_for_point

MAX_POINT_LENGTH = 300
MAX_PASTED_LENGTH = 20_000
# The outlet and the words of a pasted paragraph.
_PASTED = re.compile(r"_pasted-(.{1,200})")


class LookView(UnsavedFormView):
    """Return, as JSON, sentences about the point ``_point`` for each outlet of the posted form. Nothing is stored."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        posted = request.POST.dict()
        point, kind = posted.get("_point", "").strip()[:MAX_POINT_LENGTH], posted.get("_kind", "figure")
        if excess := describe_form_excess(posted):
            return json_refusal(excess, status=413)
        if not point or kind not in KINDS:
            return json_refusal("Name a point, such as “people killed”.")
        document = DraftForm.read(posted, self.draft, by=self.by).document(self.base)
        assert isinstance(document, Explainer)  # noqa: S101  # questions have no such address
        pasted = {
            match[1]: words[:MAX_PASTED_LENGTH] for name, words in posted.items() if (match := _PASTED.fullmatch(name))
        }
        about = Fields(posted)
        looked = look_for_point(
            document, point, kind=kind, unit=about.line("_unit"), as_of=about.day("_as_of"), pasted=pasted
        )
        return JsonResponse({"outlets": [_describe(each) for each in looked]})


def _describe(looked: Looked) -> dict[str, Any]:
    return {
        "outlet": looked.texts.outlet.name,
        "source": looked.texts.source,
        "cut": looked.is_cut,
        "suggestions": [asdict(each) | each.amounts._asdict() for each in looked.suggestions],
    }
