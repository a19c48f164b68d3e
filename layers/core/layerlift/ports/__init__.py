"""What the steps need of the world, as protocols; :mod:`layerlift.adapters` fulfils them."""
