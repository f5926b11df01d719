"""Documents made of the figures; for now the terminal shows them."""
