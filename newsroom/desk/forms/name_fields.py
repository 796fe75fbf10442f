"""Form fields and widgets for names, with suggestions of known names."""

from django import forms

from newsroom.text.fold import fold

# The suggestion lists to which a form can add a name, with the kind of object that the name becomes.
EXTENSIBLE_LISTS = {"topic-names": "topic", "outlet-names": "outlet"}


class NameInput(forms.TextInput):
    """A text input that suggests names from the list with the id ``list_id``, or none if that is empty.

    If ``several`` is set, it accepts several names, separated by semicolons. With JavaScript, it looks up names as the
    user types. If the list is one of ``EXTENSIBLE_LISTS``, it also offers to add a new name, unless ``known_only`` is
    set.
    """

    def __init__(self, list_id: str, *, several: bool = False, known_only: bool = False) -> None:
        attrs = {"autocomplete": "off", "dir": "auto"}
        if list_id:
            attrs |= {"list": list_id, "class": "name-combobox"}
        if list_id in EXTENSIBLE_LISTS and not known_only:
            attrs["data-entity-kind"] = EXTENSIBLE_LISTS[list_id]
        if several:
            attrs["data-multiple"] = "true"
        super().__init__(attrs=attrs)


class NamesField(forms.CharField):
    """A field for at most ``limit`` names, separated by semicolons and cleaned to a list without duplicates."""

    def __init__(self, *, list_id: str, limit: int = 500, **kwargs: object) -> None:
        self.limit = limit
        kwargs.setdefault("required", False)
        super().__init__(widget=NameInput(list_id, several=True), **kwargs)  # type: ignore[arg-type]  # passed on

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]  # cleaned to a list, unlike CharField
        """Return the names in the given order. Names that differ only in case or accents are duplicates."""
        if isinstance(value, list):
            return value
        names: dict[str, str] = {}
        for name in str(value or "").split(";"):
            if folded := fold(name):
                names.setdefault(folded, " ".join(name.split()))
        return list(names.values())

    def prepare_value(self, value: object) -> object:
        """Return the names as a single line."""
        return "; ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Return whether the cleaned names differ."""
        return self.to_python(initial) != self.to_python(data)

    def validate(self, value: object) -> None:
        """Raise ValidationError if required names are missing, there are too many, or one exceeds 200 characters."""
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        names = value if isinstance(value, list) else []
        if len(names) > self.limit:
            raise forms.ValidationError(f"Enter at most {self.limit} names. You entered {len(names):,}.", code="many")
        for name in names:
            if len(name) > 200:
                raise forms.ValidationError(
                    "Use at most 200 characters in a name. Separate names with semicolons.", code="long"
                )

    def run_validators(self, value: object) -> None:
        """Do nothing: the validators of a CharField expect a string."""
