"""Every address that was ever public, so that none is given away again."""
