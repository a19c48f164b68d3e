"""The words of a release as frozen types: no I/O, no AWS SDK."""
