"""Readers and editors at the same time: requests that come when they are due, whether or not those before are answered."""
