"""The list of outlets, and the page of one outlet."""
