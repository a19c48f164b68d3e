"""What lies where no runtime looks: a module for each family of runtimes, and for the rest."""
