"""Comments on a shared preview by people without an account: the form, and the comments written with the same link."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.site.reader_reports.form import PlainTextField
from stories.workflow import comments, shared_previews
from stories.workflow.comments import Comments

_MAX_REVISION_NUMBER = 1_000_000_000


class CommentForm(forms.Form):
    """The form for a comment on a draft. The field ``subject`` is a honeypot: only bots see it and fill it in."""

    quote = PlainTextField(
        label=_("Quoted words"),
        required=False,
        max_length=comments.MAX_QUOTE_LENGTH,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        help_text=_("Optional. Paste the words your comment is about."),
    )
    text = PlainTextField(
        label=_("Your comment"),
        max_length=comments.MAX_LENGTH,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write a comment.")},
    )
    name = PlainTextField(
        label=_("Your name"),
        required=False,
        max_length=comments.MAX_NAME_LENGTH,
        widget=forms.TextInput({"autocomplete": "name", "dir": "auto"}),
        help_text=_("Optional."),
    )
    about = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.IntegerField(min_value=0, max_value=_MAX_REVISION_NUMBER, widget=forms.HiddenInput)
    subject = forms.CharField(
        label=_("Leave this empty"), required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )

    @property
    def is_spam(self) -> bool:
        """Whether the honeypot field is filled in."""
        return bool(self.data.get("subject"))


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments written with the link of a shared preview, and the form for a new comment."""

    comments: Comments
    form: CommentForm
    address: str
    label: str
    refusal: str = ""


def load_discussion(
    opened: shared_previews.OpenedLink,
    shared_work: shared_previews.SharedWork,
    token: str,
    *,
    form: CommentForm | None = None,
    refusal: str = "",
) -> Discussion | None:
    """Return the comments on ``shared_work`` and the form, or None if the link does not allow comments.

    ``form`` is a submitted form, and ``refusal`` the reason why it was refused. This takes one query.
    """
    if not opened.link.takes_comments:
        return None
    return Discussion(
        comments=comments.load_comments_of_link(opened.link, shared_work.work, shared_work.document),
        form=form or CommentForm(initial={"about": shared_work.work.uid, "shown": shared_work.revision}),
        address=reverse("shared_preview_comments", args=[token]),
        label=opened.link.label,
        refusal=refusal,
    )


def get_commented_work(request: HttpRequest, opened: shared_previews.OpenedLink) -> shared_previews.SharedWork | None:
    """Return the shared work to which a submitted comment form belongs, or None."""
    try:
        uid = UUID(request.POST.get("about", ""))
    except ValueError:
        return None
    return opened.main if opened.main.work.uid == uid else opened.questions().get(uid)
