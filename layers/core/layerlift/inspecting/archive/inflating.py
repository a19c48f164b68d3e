"""The error of the inflating library, with the type that its stubs leave out."""

from typing import cast

from zlib_ng import zlib_ng

InflateError = cast(type[Exception], zlib_ng.error)
"""Raised for compressed data that RFC 1951 does not allow."""
