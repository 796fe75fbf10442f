"""The project: the composition root, and packages that know nothing about stories."""
