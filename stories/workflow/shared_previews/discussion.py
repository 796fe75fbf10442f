"""Comments on a shared preview by people without an account: the form, and the comments made over the same link."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.site.reader_reports.form import PlainTextField
from stories.workflow import comments, shared_previews
from stories.workflow.comments import Comments

_LARGEST_NUMBER = 1_000_000_000


class CommentForm(forms.Form):
    """A comment on a draft. ``subject`` is a honeypot: no person sees it, so only a bot fills it in."""

    quote = PlainTextField(
        label=_("Which words"),
        required=False,
        max_length=comments.LONGEST_QUOTE,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text=_("Copy them from the page, if it is about certain ones."),
    )
    text = PlainTextField(
        label=_("Your comment"),
        max_length=comments.LONGEST,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write what you want to say.")},
    )
    name = PlainTextField(
        label=_("Your name"),
        required=False,
        max_length=comments.LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "name", "dir": "auto"}),
        help_text=_("You may leave it out."),
    )
    about = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.IntegerField(min_value=0, max_value=_LARGEST_NUMBER, widget=forms.HiddenInput)
    subject = forms.CharField(
        label=_("Leave this empty"), required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )

    @property
    def is_trapped(self) -> bool:
        """Return whether the honeypot field is filled in."""
        return bool(self.data.get("subject"))


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments made over the link of a shared preview, and the form for another."""

    comments: Comments
    form: CommentForm
    address: str
    label: str
    refusal: str = ""


def discussion_of(
    shared: shared_previews.OpenedLink,
    piece: shared_previews.SharedWork,
    token: str,
    *,
    form: CommentForm | None = None,
    refusal: str = "",
) -> Discussion | None:
    """Return the comments on ``piece`` and the form, or None if the link takes no comments. One query."""
    if not shared.link.takes_comments:
        return None
    return Discussion(
        comments=comments.comments_over_link(shared.link, piece.work, piece.document),
        form=form or CommentForm(initial={"about": piece.work.uid, "shown": piece.revision}),
        address=reverse("shared_preview_comments", args=[token]),
        label=shared.link.label,
        refusal=refusal,
    )


def piece_of(request: HttpRequest, shared: shared_previews.OpenedLink) -> shared_previews.SharedWork | None:
    """Return the work of the shared preview to which a submitted form belongs, or None."""
    try:
        uid = UUID(request.POST.get("about", ""))
    except ValueError:
        return None
    return shared.main if shared.main.work.uid == uid else shared.questions().get(uid)
