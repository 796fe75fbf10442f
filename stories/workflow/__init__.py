"""Editorial work before and alongside publishing."""
