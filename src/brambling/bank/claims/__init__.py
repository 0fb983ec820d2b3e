"""One statement about a business with its evidence, and the table of them."""
