"""Benchmarks of the whole product (``make bench``), driven from outside. The product never imports this package."""
