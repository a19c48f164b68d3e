"""Zips that are sound, each with what the inspection has to find in it."""

import zipfile
from dataclasses import dataclass

from tests.corpus.zips import elf, zip_of

X86_64, AARCH64, RISCV = 0x3E, 0xB7, 0xF3


@dataclass(frozen=True)
class Sound:
    """``modules`` maps names to the paths that prove them."""

    content: bytes
    modules: dict[str, str]
    runtimes: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


SITE = "python/lib/python3.12/site-packages"

ACCEPT = {
    "package": Sound(
        zip_of(("python/httpx/__init__.py", b""), ("python/httpx/_api.py", b"")),
        {"httpx": "python/httpx/__init__.py"},
    ),
    "package whose submodule comes first": Sound(
        zip_of(("python/httpx/_api.py", b""), ("python/httpx/__init__.py", b"")),
        {"httpx": "python/httpx/__init__.py"},
    ),
    "single-file module": Sound(zip_of(("python/six.py", b"")), {"six": "python/six.py"}),
    "namespace package": Sound(
        zip_of(("python/google/cloud/storage/__init__.py", b"")), {"google": "python/google/"}
    ),
    "single-file module beside a folder of its name": Sound(
        zip_of(("python/shop/templates/make.py", b""), ("python/shop.py", b"")),
        {"shop": "python/shop.py"},
    ),
    "package beside a module of its name": Sound(
        zip_of(("python/shop.py", b""), ("python/shop/__init__.py", b"")),
        {"shop": "python/shop/__init__.py"},
    ),
    "versioned site-packages": Sound(
        zip_of((f"{SITE}/yaml/__init__.py", b"")),
        {"yaml": f"{SITE}/yaml/__init__.py"},
        runtimes=("python3.12",),
    ),
    "site-packages of two versions": Sound(
        zip_of((f"{SITE}/a.py", b""), (f"{SITE.replace('12', '13')}/b.py", b"")),
        {"a": f"{SITE}/a.py", "b": f"{SITE.replace('12', '13')}/b.py"},
        runtimes=("python3.12", "python3.13"),
    ),
    "what is no module": Sound(
        zip_of(
            ("python/six.py", b""),
            ("python/six-1.16.dist-info/METADATA", b""),
            ("python/bin/tool.py", b""),
            ("python/__pycache__/six.cpython-313.pyc", b""),
            ("python/numpy.libs/libblas.so", b""),
            ("python/data/notes.txt", b""),
            ("python/__main__.py", b""),
        ),
        {"six": "python/six.py"},
    ),
    "extension module for x86_64": Sound(
        zip_of(("python/_cffi.cpython-313-x86_64-linux-gnu.so", elf(X86_64))),
        {"_cffi": "python/_cffi.cpython-313-x86_64-linux-gnu.so"},
        architectures=("x86_64",),
    ),
    "extension modules for both": Sound(
        zip_of(
            ("python/a/__init__.py", b""),
            ("python/a/x.so", elf(X86_64)),
            ("python/a/y.so", elf(AARCH64)),
        ),
        {"a": "python/a/__init__.py"},
        architectures=("arm64", "x86_64"),
    ),
    "native code for a machine Lambda has not": Sound(zip_of(("bin/tool", elf(RISCV))), {}),
    "native code cut short": Sound(zip_of(("bin/tool", elf(X86_64)[:19])), {}),
    "node modules": Sound(zip_of(("nodejs/node_modules/a/index.js", b"")), {}),
    "java": Sound(zip_of(("java/lib/a.jar", b"")), {}),
    "extension": Sound(zip_of(("extensions/agent", b"")), {}),
    "custom runtime": Sound(zip_of(("bootstrap", b"#!/bin/sh")), {}),
    "data only": Sound(zip_of(("models/a.bin", b"x")), {}, warnings=("nothing-on-a-search-path",)),
    "stored, not deflated": Sound(
        zip_of(("python/six.py", b"x"), method=zipfile.ZIP_STORED), {"six": "python/six.py"}
    ),
    "names in UTF-8": Sound(zip_of(("python/größe.py", b"")), {"größe": "python/größe.py"}),
    "an archive with a comment before it": Sound(
        b"#!/usr/bin/env python3\n" + zip_of(("python/six.py", b"x")), {"six": "python/six.py"}
    ),
}
