"""The read API on the roof: how it is answered, refused, described and limited; what it says is said in ``stories.api``."""
