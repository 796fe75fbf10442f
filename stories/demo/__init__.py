"""The demonstration: stories from a small invented country, published with the same functions as real stories."""
