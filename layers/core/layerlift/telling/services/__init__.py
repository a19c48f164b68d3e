"""How a message looks in each service, and what the service's answers mean.

Every text that comes from outside is written so that it stays text there; each module says by
which rule, and cites the limits that it keeps.
"""
