"""Sources of sample layers, and what builds them."""
