"""Inspecting a zip: bytes in, report out, no AWS.

The way of an inspection, one folder a concern:

``archive``        is it a sound zip: directory, names, modes, links, every byte
``native``         what its native code needs: machine, libc, Python ABI
``secrets``        what must not leave the house
``packages``       which distributions it brings
``compatibility``  which runtimes and architectures all that serves, and from which folders
"""
