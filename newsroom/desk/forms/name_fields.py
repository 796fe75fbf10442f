"""Form fields and widgets for names, with suggestions of known names."""

from django import forms

from newsroom.text.fold import fold

# The lists to which a new name can be added from the form, with the kind of object that it becomes.
ADDED_TO = {"topic-names": "topic", "outlet-names": "outlet"}


class NameInput(forms.TextInput):
    """A text input that suggests names from the list with the id ``offered``; ``several`` are separated by “;”.

    With scripts it looks names up as they are typed, and offers to add a new one unless ``known_only`` is set.
    """

    def __init__(self, offered: str, *, several: bool = False, known_only: bool = False) -> None:
        attrs = {"autocomplete": "off", "dir": "auto"}
        if offered:
            attrs |= {"list": offered, "class": "name-combobox"}
        if offered in ADDED_TO and not known_only:
            attrs["data-entity-kind"] = ADDED_TO[offered]
        if several:
            attrs["data-multiple"] = "true"
        super().__init__(attrs=attrs)


class NamesField(forms.CharField):
    """A field for names separated by semicolons, at most ``most``, cleaned to a list without duplicates."""

    def __init__(self, *, offered: str, most: int = 500, **kwargs: object) -> None:
        self.most = most
        kwargs.setdefault("required", False)
        super().__init__(widget=NameInput(offered, several=True), **kwargs)  # type: ignore[arg-type]  # passed on

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]  # cleaned to a list, unlike CharField
        """Return the names in their order, each once regardless of spelling in case and accents."""
        if isinstance(value, list):
            return value
        first: dict[str, str] = {}
        for name in str(value or "").split(";"):
            if folded := fold(name):
                first.setdefault(folded, " ".join(name.split()))
        return list(first.values())

    def prepare_value(self, value: object) -> object:
        """Return the names as one line."""
        return "; ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Return whether the names differ, regardless of spaces."""
        return self.to_python(initial) != self.to_python(data)

    def validate(self, value: object) -> None:
        """Raise ValidationError for too many names, or for a name of more than 200 characters."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        names = value if isinstance(value, list) else []
        if len(names) > self.most:
            raise forms.ValidationError(f"Enter at most {self.most} names; these are {len(names):,}.", code="many")
        for name in names:
            if len(name) > 200:
                raise forms.ValidationError(
                    "A name has at most 200 characters; part several by semicolons.", code="long"
                )

    def run_validators(self, value: object) -> None:
        """Do nothing: the validators of a CharField are made for one string."""
