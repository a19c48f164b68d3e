"""What people are told of an event: the same sentences in the terminal, the console and chat.

Modules, each importing only from those above it::

    message     what is told: a headline, what happened, why, what next
    wordings    the sentences for each type of event
    requests    what somebody who decides should know
    telling     an event, or several of a kind, as a message
    fitting, summary, destinations, receipts    what a service takes, and from whom
    repeats     what says again what was told
    services    one module for each service of chat
    conversation, announce    what was told, and the step that tells

Nothing here does input or output, and nothing here escapes: a message is plain text, and each
face writes it so that it stays text.
"""
