"""Which distributions a layer brings, read from their own metadata."""
