"""The screens of one work, beside its form."""
