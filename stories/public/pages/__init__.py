"""The content of each kind of public page, built only from editions, in a fixed number of queries."""
