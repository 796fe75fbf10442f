"""Fields that take names as people write them, with the known names on offer."""

from django import forms

from newsroom.text.fold import fold

# The lists to which a name that they lack can be added from the form: what it becomes.
ADDED_TO = {"topic-names": "topic", "outlet-names": "outlet"}


class NameInput(forms.TextInput):
    """A text field that offers the names of the list with the id ``offered``; ``several`` are parted by “;”.

    Where a script runs it asks for names as they are typed, and for a new one, unless only known names will do.
    """

    def __init__(self, offered: str, *, several: bool = False, known_only: bool = False) -> None:
        attrs = {"autocomplete": "off", "dir": "auto"}
        if offered:
            attrs |= {"list": offered, "class": "names"}
        if offered in ADDED_TO and not known_only:
            attrs["data-adds"] = ADDED_TO[offered]
        if several:
            attrs["data-several"] = "true"
        super().__init__(attrs=attrs)


class NamesField(forms.CharField):
    """Names separated by semicolons, at most ``most``; cleaned to a list without repetitions."""

    def __init__(self, *, offered: str, most: int = 500, **kwargs: object) -> None:
        self.most = most
        kwargs.setdefault("required", False)
        super().__init__(widget=NameInput(offered, several=True), **kwargs)  # type: ignore[arg-type]  # passed on

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]  # cleaned to a list on purpose
        """Return the names in their order, each once however it is written."""
        if isinstance(value, list):
            return value
        first: dict[str, str] = {}
        for name in str(value or "").split(";"):
            if folded := fold(name):
                first.setdefault(folded, " ".join(name.split()))
        return list(first.values())

    def prepare_value(self, value: object) -> object:
        """Return the line that is shown."""
        return "; ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare names, not spaces."""
        return self.to_python(initial) != self.to_python(data)

    def validate(self, value: object) -> None:
        """Raise ValidationError for too many names, or for one that is too long."""
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
        """Run none: they are made for one line of text."""
