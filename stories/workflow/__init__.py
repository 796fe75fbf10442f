"""What people do with works before and beside publishing them."""
