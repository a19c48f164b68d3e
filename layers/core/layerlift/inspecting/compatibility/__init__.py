"""Which runtimes and architectures a layer serves, and what proves it."""
