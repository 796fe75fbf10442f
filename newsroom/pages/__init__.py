"""How public pages are answered: for everybody the same, with a strong ETag, and in lists that end with a date."""
