"""Forms and screens of topics and outlets, which have aliases."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from newsroom.desk.admin import DeskAdmin
from newsroom.desk.forms.markdown import require_bounded
from newsroom.desk.forms.name_fields import NamesField
from newsroom.http import clock
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from newsroom.text.slugs import slugify


class AliasedForm(forms.ModelForm):  # type: ignore[type-arg]  # of topics and of outlets
    """A form for a name, an address and aliases. Without an address, one is made from the name.

    A name that is replaced becomes an alias.
    """

    address_kind: ClassVar[str]
    # The replaced name that becomes an alias, or the reason why it does not.
    replaced_name = ""
    replaced_name_warning = ""

    aliases = NamesField(
        offered="", label="Also known as", help_text="Other names, parted by semicolons. Each leads to one thing only."
    )
    slug = forms.CharField(
        label="Address",
        max_length=200,
        required=False,
        help_text="The end of the page’s address; empty: made of the name.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on unchanged
        if self.instance.pk:
            self.initial["aliases"] = [alias.name for alias in self.instance.aliases.all()]

    def clean_slug(self) -> str:
        """Return the address as a slug, or a free slug made from the name."""
        wanted = self.cleaned_data["slug"].strip()
        if wanted:
            return slugify(wanted) or wanted
        if self.instance.slug:
            return str(self.instance.slug)
        things = type(self.instance)._default_manager.all()
        name = self.data.get(self.add_prefix("name"), "")
        return Address.objects.find_free_slug(self.address_kind, name, uid=self.instance.uid, taken=things)

    def clean_description(self) -> str:
        """Raise ValidationError for a text that is too large for a page."""
        return require_bounded(self.cleaned_data["description"])

    def clean_aliases(self) -> list[str]:
        """Refuse a name that leads to another entity; add a replaced name."""
        own = fold(self.data.get(self.add_prefix("name"), ""))
        names = [name for name in self.cleaned_data["aliases"] if fold(name) != own]
        old = self.instance.stored_name
        others = self._things.exclude(pk=self.instance.pk).by_names([*names, old])
        for name in names:
            if other := others.get(name):
                what = self.instance._meta.verbose_name
                raise forms.ValidationError(f"“{name}” already leads to the {what} “{other}”.", code="taken")
        if old and fold(old) not in {own, *map(fold, names)}:
            if other := others.get(old):
                self.replaced_name_warning = f"“{old}” is not kept as another name: it leads to “{other}”."
            else:
                self.replaced_name = old
                names.append(old)
        return names

    def _save_m2m(self) -> None:
        """Save the aliases. Readers find by a replaced name only if they have seen the entity under it."""
        super()._save_m2m()  # type: ignore[misc]  # the stubs leave it out
        names = self.cleaned_data["aliases"]
        if names != self.initial.get("aliases", []):
            is_seen = self._things.filter(pk=self.instance.pk).seen(clock.now()).exists()
            self.instance.set_aliases(names, hidden=() if is_seen else (self.replaced_name,))

    @property
    def _things(self) -> Any:
        return type(self.instance)._default_manager


class AliasedAdmin(DeskAdmin):
    """The screen of topics or outlets. Its list leaves out entities that were merged."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Validate again after an IntegrityError: the form then names what another user saved at the same moment."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Show a message that says whether the replaced name became an alias."""
        super().save_related(request, form, formsets, change)
        if form.replaced_name_warning:
            messages.warning(request, form.replaced_name_warning)
        elif form.replaced_name:
            messages.info(request, f"“{form.replaced_name}” is kept as another name.")
