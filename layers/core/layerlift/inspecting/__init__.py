"""Inspecting a dropped zip: bytes in, report out, no AWS."""
