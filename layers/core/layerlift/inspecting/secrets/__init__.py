"""Credentials, keys and folders that must not leave the house."""
