"""AWS on this machine: the embedded emulator, and the application deployed to it.

Modules, each importing only from those above it::

    checkout, locks, log, process, fingerprint   the ground
    state, environment                           what is up, and how a client gets there
    emulator                                     start and end one
    sam, build, deploy                           sam build, sam deploy
    lifecycle                                    all of it in order: up, down, deployed()
    commands                                     `layerlift local …`
"""
