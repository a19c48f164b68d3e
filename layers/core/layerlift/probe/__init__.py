"""Source that runs in canary functions, never in the control plane."""
