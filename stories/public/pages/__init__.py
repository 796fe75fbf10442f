"""What each kind of public page shows: built from editions alone, in a known number of queries."""
