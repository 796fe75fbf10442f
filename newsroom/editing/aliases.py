"""Forms of things that are known by several names: topics and outlets."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest

from newsroom.addresses.models import Address
from newsroom.addresses.slugs import slugify
from newsroom.editing.naming import NamesField
from newsroom.editing.screens import DeskAdmin
from newsroom.text.folding import fold


class AliasedForm(forms.ModelForm):  # type: ignore[type-arg]  # of topics and of outlets
    """A name, an address made of it where none is given, and further names that lead to the same thing."""

    address_kind: ClassVar[str]
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
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        if self.instance.pk:
            self.initial["aliases"] = [alias.name for alias in self.instance.aliases.all()]

    def clean_slug(self) -> str:
        """Make an address of the name where none is given."""
        wanted = self.cleaned_data["slug"].strip()
        if wanted:
            return slugify(wanted) or wanted
        if self.instance.slug:
            return str(self.instance.slug)
        things = type(self.instance)._default_manager.all()
        name = self.data.get(self.add_prefix("name"), "")
        return Address.objects.free_slug(self.address_kind, name, uid=self.instance.uid, taken=things)

    def clean_aliases(self) -> list[str]:
        """Refuse a name that leads to something else already."""
        own = fold(self.data.get(self.add_prefix("name"), ""))
        names = [name for name in self.cleaned_data["aliases"] if fold(name) != own]
        manager: Any = type(self.instance)._default_manager
        for name in names:
            if other := manager.called(name).exclude(pk=self.instance.pk).first():
                what = self.instance._meta.verbose_name
                raise forms.ValidationError(f"“{name}” already leads to the {what} “{other}”.", code="taken")
        return names


class AliasedAdmin(DeskAdmin):
    """A screen of such things; what was joined to another stays out of its list."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the further names."""
        super().save_related(request, form, formsets, change)
        if "aliases" in form.changed_data:
            form.instance.set_aliases(form.cleaned_data["aliases"])
