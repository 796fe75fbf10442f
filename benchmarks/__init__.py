"""Benchmarks of the whole product (``make bench``). The product never imports this package."""
