"""The control plane's widgets on this machine, hosted as CloudWatch hosts them."""
