"""Limits that AWS sets, each with its reason and its source."""

MEGABYTE = 1024 * 1024
"""What AWS calls one: its 250 MB are 262,144,000 bytes."""

MAX_UNZIPPED_BYTES = 262_144_000
"""A function and all its layers, unzipped (250 MiB).
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

MAX_ZIPPED_BYTES = MAX_UNZIPPED_BYTES
"""An archive is never larger than what it holds may be, but for headers that nobody needs."""

MAX_ENTRIES = 100_000
"""Ours: Lambda names no limit, but unpacks every file before a function can start, and a directory
of this many entries still fits in the memory that an inspection may take."""

MAX_PATH_COMPONENT_BYTES = 255
"""``NAME_MAX`` of Linux, limits.h: https://man7.org/linux/man-pages/man7/path_resolution.7.html"""

MAX_PATH_BYTES = 4095 - len("/opt/")
"""``PATH_MAX`` of Linux with its NUL, same page, less the folder that layers are unpacked to."""

MAX_LAYER_NAME = 140
"""``LayerName`` of PublishLayerVersion: 1 to 140 of ``[a-zA-Z0-9-_]``.
https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html"""

MAX_DESCRIPTION = 256
"""``Description`` of PublishLayerVersion, same page."""

MAX_COMPATIBLE_RUNTIMES = 15
"""``CompatibleRuntimes`` of PublishLayerVersion, same page."""

MAX_OBJECT_KEY_BYTES = 1024
"""An S3 key, UTF-8 encoded.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

MAX_PUT_EVENTS = 10
"""Entries of one PutEvents call.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html"""

MAX_INLINE_MAP_CONCURRENCY = 40
"""Iterations that an inline Map state runs at a time.
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html"""
