"""What has to be asked from within the product: a program of its own, with Django set up on the database that is measured."""
