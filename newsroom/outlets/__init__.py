"""Outlets, such as newspapers, broadcasters and agencies. Their models belong to the app ``stories``."""
