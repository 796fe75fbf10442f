"""How public pages are answered: for everybody the same, kept ready for as long as nothing they show has changed."""
