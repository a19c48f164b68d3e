"""What a stage asks for before and while a release goes into it, as the policy says it."""
