"""Layerlift's core: what a release is, and every step that moves one.

Layers of this package, each importing only to the right::

    bootstrap -> adapters -> ports -> domain
    releasing, inspecting -> ports -> domain

``domain`` does no I/O; ``adapters`` is the only place that knows boto3.
"""

__version__ = "0.1.0"
