"""The sizes in which pictures are served."""
