"""Base classes for the forms and admin screens of topics and outlets, which have aliases."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from newsroom.desk.admin import UniqueValuesAdmin
from newsroom.desk.forms.markdown import validate_size
from newsroom.desk.forms.name_fields import NamesField
from newsroom.http import clock
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from newsroom.text.slugs import slugify


class AliasedForm(forms.ModelForm):  # type: ignore[type-arg]  # of topics and of outlets
    """A form for a name, an address and aliases. If no address is entered for a new entity, one is made from the name.

    When an entity is renamed, its old name becomes an alias, unless that name leads to another entity.
    """

    address_kind: ClassVar[str]
    # The old name that becomes an alias, or the reason why it does not.
    replaced_name = ""
    replaced_name_warning = ""

    aliases = NamesField(
        list_id="", label="Also known as", help_text="Separate names with semicolons. A name can be used once only."
    )
    slug = forms.CharField(
        label="Address",
        max_length=200,
        required=False,
        help_text="The end of the URL. Leave empty to use the name.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on unchanged
        if self.instance.pk:
            self.initial["aliases"] = [alias.name for alias in self.instance.aliases.all()]

    def clean_slug(self) -> str:
        """Return the slug. If none was entered, return the current one, or make an unused one from the name."""
        slug = self.cleaned_data["slug"].strip()
        if slug:
            return slugify(slug) or slug
        if self.instance.slug:
            return str(self.instance.slug)
        entities = self._entities.all()
        name = self.data.get(self.add_prefix("name"), "")
        return Address.objects.find_free_slug(self.address_kind, name, uid=self.instance.uid, taken=entities)

    def clean_description(self) -> str:
        """Return the description. Raise ValidationError if it is too large for a page."""
        return validate_size(self.cleaned_data["description"])

    def clean_aliases(self) -> list[str]:
        """Return the aliases, including the old name of a renamed entity.

        Raise ValidationError if another entity has one of the entered aliases. If another entity has the old name,
        leave that name out and set a warning.
        """
        new_name = fold(self.data.get(self.add_prefix("name"), ""))
        names = [name for name in self.cleaned_data["aliases"] if fold(name) != new_name]
        old = self.instance.stored_name
        others = self._entities.exclude(pk=self.instance.pk).by_names([*names, old])
        for name in names:
            if other := others.get(name):
                kind = self.instance._meta.verbose_name
                raise forms.ValidationError(f"“{name}” is already a name of the {kind} “{other}”.", code="taken")
        if old and fold(old) not in {new_name, *map(fold, names)}:
            if other := others.get(old):
                self.replaced_name_warning = (
                    f"“{old}” was not added to the other names: it is already a name of “{other}”."
                )
            else:
                self.replaced_name = old
                names.append(old)
        return names

    def _save_m2m(self) -> None:
        """Save the aliases. Readers can search for an entity by its old name only if the entity has been public."""
        super()._save_m2m()  # type: ignore[misc]  # the stubs leave it out
        names = self.cleaned_data["aliases"]
        if names != self.initial.get("aliases", []):
            was_public = self._entities.filter(pk=self.instance.pk).ever_public(clock.now()).exists()
            self.instance.set_aliases(names, hidden=() if was_public else (self.replaced_name,))

    @property
    def _entities(self) -> Any:
        return type(self.instance)._default_manager


class AliasedAdmin(UniqueValuesAdmin):
    """Base class for the admin screens of topics and outlets."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the aliases and other related objects.

        If the entity was renamed, show a message that says whether the old name became an alias.
        """
        super().save_related(request, form, formsets, change)
        if form.replaced_name_warning:
            messages.warning(request, form.replaced_name_warning)
        elif form.replaced_name:
            messages.info(request, f"“{form.replaced_name}” is now one of its other names.")
