"""The ends of an amount or a range in a row: *From* and *To*."""

from decimal import Decimal
from typing import Any

from django import forms

from newsroom.desk.forms.rows import RowForm
from stories.documents.cell_values import parse_amount


class RangeForm(RowForm):
    """Base form for a row with a range, whose ends are stored as decimal text."""

    low = forms.CharField(label="From", required=False, max_length=40)
    high = forms.CharField(label="To", required=False, max_length=40)

    def clean_low(self) -> str:
        """Return the lower end as decimal text."""
        return self._clean_amount("low")

    def clean_high(self) -> str:
        """Return the upper end as decimal text."""
        return self._clean_amount("high")

    def _clean_amount(self, name: str) -> str:
        amount = parse_amount(self.cleaned_data[name])
        if amount is None:
            raise forms.ValidationError("Enter a number in figures, such as 4200.", code="number")
        return amount

    def check_range(self, cleaned: dict[str, Any]) -> None:
        """Add an error to a range that ends below its beginning."""
        low, high = cleaned.get("low"), cleaned.get("high")
        if low and high and Decimal(low) > Decimal(high):
            self.add_error("high", forms.ValidationError("“To” is less than “From”.", code="range"))
