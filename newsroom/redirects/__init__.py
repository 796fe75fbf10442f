"""Redirects: all addresses that were ever public, so that none is given to another page."""
