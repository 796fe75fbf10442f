"""The content of each kind of public page, built from editions alone in a fixed number of queries."""
