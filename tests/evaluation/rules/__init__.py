"""Rules that did not reach their goals on held-out cases. The product does not use them."""
