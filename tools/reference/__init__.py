"""What is generated from the code: `events/schemas` and `docs/reference`.

Modules, each importing only from those above it::

    markdown, sources, schemas                      the ground
    events, findings, policy, settings, iam,
    template, states, outcomes, cli                 one document each
    documents                                       all of them, by path
    __main__                                        `python -m tools.reference`
"""
