"""Benchmarks for search: a large invented corpus, and the queries to run on it."""
