"""Jars tell which artifacts they hold; none costs more than it may."""

import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.packages.jar import MAX_JAR_ENTRIES, jar_entries, read_head
from layerlift.inspecting.packages.java import named_jar, read_jar
from layerlift.inspecting.packages.metadata import (
    MAX_METADATA_BYTES,
    JavaArchive,
    MavenArtifact,
    UnreadableMetadata,
    reader_for,
)
from tests.unit.inspecting.packages.jars import class_file, jar_of, manifest, pom

PATH = "java/lib/slf4j-api-2.0.16.jar"
BROKEN = UnreadableMetadata(PATH, "it is not a zip archive, as a jar must be")


def read(files: dict[str, bytes], name: str = "slf4j-api-2.0.16.jar") -> JavaArchive:
    found = read_jar(f"java/lib/{name}", jar_of(files))
    assert isinstance(found, JavaArchive)
    return found


def classes(**majors: int) -> dict[str, bytes]:
    return {f"org/a/{name}.class": class_file(major) for name, major in majors.items()}


@pytest.mark.parametrize("path", [PATH, "python/pyspark/jars/a.jar", "a.jar"])
def test_a_jar_is_known_by_its_name(path: str) -> None:
    assert reader_for(path) is read_jar


@pytest.mark.parametrize("path", ["java/lib/.jar", "java/lib/a.jar.sha1", "java/lib/ajar"])
def test_other_files_are_no_jar(path: str) -> None:
    assert reader_for(path) is None


def test_the_properties_of_maven_name_the_artifact() -> None:
    found = read(
        pom("org.slf4j", "slf4j-api", "2.0.16")
        | manifest("Bundle-SymbolicName: slf4j.api", "Bundle-License: MIT;link=x, Apache-2.0")
        | classes(A=52, B=52)
    )
    assert found == JavaArchive(
        path=PATH,
        name="org.slf4j:slf4j-api",
        version="2.0.16",
        license="MIT, Apache-2.0",
        class_version=52,
        has_native=False,
    )


@pytest.mark.parametrize(
    ("lines", "name", "version"),
    [
        (["Bundle-SymbolicName: a.b;singleton:=true", "Bundle-Version: 1.2"], "a.b", "1.2"),
        (["Implementation-Title: a-b", "Implementation-Version: 3"], "a-b", "3"),
        (["Implementation-Title: For people", "Implementation-Version: 3"], "plain", "3"),
        (["Bundle-SymbolicName: a.very.long", " .name"], "a.very.long.name", None),
        ([], "plain", None),
    ],
)
def test_without_maven_the_manifest_tells(lines: list[str], name: str, version: str | None) -> None:
    found = read(manifest(*lines), "plain.jar")
    assert (found.name, found.version) == (name, version)


@pytest.mark.parametrize(
    ("file", "name", "version"),
    [
        ("guava-33.0.0-jre.jar", "guava", "33.0.0-jre"),
        ("log4j-1.2-api-2.20.0.jar", "log4j-1.2-api", "2.20.0"),
        ("javax.inject-1.jar", "javax.inject", "1"),
        ("plain.jar", "plain", None),
        ("a-b.jar", "a-b", None),
    ],
)
def test_without_either_the_file_name_tells(file: str, name: str, version: str | None) -> None:
    found = read({}, file)
    assert (found.name, found.version) == (name, version)
    assert named_jar(f"java/lib/{file}") == found


def test_what_was_shaded_into_a_jar_is_bundled() -> None:
    found = read(pom("org.b", "b") | pom("org.app", "app", "7") | pom("org.a", "a"), "app-7.jar")
    assert (found.name, found.version) == ("org.app:app", "7")
    assert found.bundled == (MavenArtifact("org.a:a", "1.0"), MavenArtifact("org.b:b", "1.0"))


def test_the_artifact_that_is_named_most_exactly_is_the_jar_itself() -> None:
    found = read(pom("g", "slf4j") | pom("g", "slf4j-api"))
    assert found.name == "g:slf4j-api"


def test_a_jar_that_bundles_several_and_is_called_after_none_keeps_its_own_name() -> None:
    found = read(pom("g", "a") | pom("g", "b"), "my-function.jar")
    assert found.name == "my-function"
    assert [artifact.name for artifact in found.bundled] == ["g:a", "g:b"]


def test_the_only_artifact_of_a_jar_is_the_jar_itself() -> None:
    found = read(pom("g", "a", "1.5"), "renamed.jar")
    assert (found.name, found.version, found.bundled) == ("g:a", "1.5", ())


@pytest.mark.parametrize("text", [b"", b"groupId=g", b"artifactId=a", b"groupId=\nartifactId=a"])
def test_properties_that_name_no_artifact_say_nothing(text: bytes) -> None:
    assert read({"META-INF/maven/g/a/pom.properties": text}, "x-1.0.jar").name == "x"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (classes(A=52), 52),
        (classes(A=52, B=61, C=65), 65),
        ({}, None),
        (classes(A=52) | {"META-INF/versions/21/A.class": class_file(65)}, 52),
        (classes(A=52) | {"module-info.class": class_file(53)}, 52),
        ({"A.class": b"no class"}, None),
        ({"A.class": b""}, None),
        ({"A.class": class_file(3)}, None),
        (classes(A=52) | {"B.class": class_file(60_000)}, 52),
    ],
)
def test_the_highest_class_version_counts(files: dict[str, bytes], expected: int | None) -> None:
    assert read(files).class_version == expected


@pytest.mark.parametrize(("newer", "expected"), [(9, 52), (10, 66), (11, 66)])
def test_less_than_a_tenth_of_the_classes_does_not_count(newer: int, expected: int) -> None:
    files = classes(**{f"A{n}": 66 if n < newer else 52 for n in range(100)})
    assert read(files).class_version == expected


def test_classes_all_over_a_large_jar_are_looked_at() -> None:
    files = classes(**{f"A{n}": 52 if n < 1000 else 61 for n in range(2000)})
    assert read(files).class_version == 61


@pytest.mark.parametrize(
    ("name", "expected"), [("linux/libx.so", True), ("x.dll", False), ("x.so.txt", False)]
)
def test_a_jar_may_carry_shared_libraries(name: str, expected: bool) -> None:
    assert read({name: b"\x7fELF"}).has_native is expected


def test_a_stored_jar_is_read_like_a_deflated_one() -> None:
    files = pom("org.slf4j", "slf4j-api", "2.0.16") | classes(A=52)
    stored = read_jar(PATH, jar_of(files, zipfile.ZIP_STORED))
    assert stored == read_jar(PATH, jar_of(files))


def test_a_jar_behind_a_launch_script_is_read() -> None:
    content = jar_of(pom("g", "slf4j-api") | classes(A=61))
    assert read_jar(PATH, b"#!/bin/sh\nexec java -jar $0\n" + content) == read_jar(PATH, content)


def test_a_jar_with_a_comment_is_read() -> None:
    content = jar_of(classes(A=61))
    commented = content[:-2] + struct.pack("<H", 7) + b"comment"
    assert read_jar(PATH, commented) == read_jar(PATH, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"PK\x05\x06",
        b"\x7fELF" + bytes(500),
        jar_of({"a": b"b"})[:-30],
        b"PK\x05\x06" * 100_000,
        struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 1 << 31, 1 << 31, 0),
    ],
)
def test_what_is_no_zip_is_unreadable(content: bytes) -> None:
    assert read_jar(PATH, content) == BROKEN


def test_an_empty_jar_is_a_jar() -> None:
    assert read({}).class_version is None


def test_a_jar_with_damaged_entries_is_known_by_its_name() -> None:
    content = jar_of(classes(A=61, B=61)).replace(b"PK\x03\x04", b"XXXX")
    assert read_jar(PATH, content) == named_jar(PATH)


def test_a_jar_with_a_damaged_directory_is_unreadable() -> None:
    content = jar_of(classes(A=61, B=61)).replace(b"PK\x01\x02", b"XXXX")
    assert read_jar(PATH, content) == BROKEN


def peak_of_reading(content: bytes) -> int:
    tracemalloc.start()
    read_jar(PATH, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_bomb_in_a_jar_costs_no_memory() -> None:
    bomb = b"Implementation-Title: a" + bytes(50_000_000)
    assert peak_of_reading(jar_of({"META-INF/MANIFEST.MF": bomb, "A.class": bomb})) < 5_000_000


def directory_of(name: bytes, count: int) -> bytes:
    """Return a jar of which all entries lie at the same place, as no tool would write it."""
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 9, 9, len(name), 0)
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 9, 9, len(name), 0, 0, 0, 0, 0, 0
    )
    begin, directory = local + name + class_file(52)[:9], (central + name) * count
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, len(directory), len(begin), 0)
    return begin + directory + end


def test_a_directory_without_end_is_read_to_its_limit() -> None:
    content = directory_of(b"A.class", MAX_METADATA_BYTES // 53 - 10)
    assert len(content) > MAX_METADATA_BYTES * 0.99
    assert sum(1 for _ in jar_entries(content)) == MAX_JAR_ENTRIES
    assert peak_of_reading(content) < 16_000_000


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_the_reader_answers(content: bytes) -> None:
    assert isinstance(read_jar(PATH, content), JavaArchive | UnreadableMetadata)


SOUND = jar_of(pom("g", "slf4j-api") | manifest("Bundle-SymbolicName: a") | classes(A=52, B=61))


@given(
    st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(SOUND)),
)
def test_a_damaged_jar_is_answered_too(changes: list[tuple[int, int]], length: int) -> None:
    content = bytearray(SOUND)
    for at, value in changes:
        content[at] = value
    for damaged in (bytes(content), bytes(content[:length]), bytes(content[length:])):
        assert isinstance(read_jar(PATH, damaged), JavaArchive | UnreadableMetadata)


def test_a_short_beginning_is_read_behind_long_code_tables() -> None:
    varied = bytes(byte for byte in range(256) for _ in range(1 + byte % 7)) * 3
    content = jar_of({"A.class": varied})
    ((_, entry),) = jar_entries(content)
    assert read_head(content, entry, 8) == varied[:8]


FILES = st.dictionaries(
    st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9),
    st.binary(max_size=3000),
    max_size=5,
)


@given(FILES, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_the_beginning_of_an_entry_is_what_zipfile_reads(
    files: dict[str, bytes], method: int
) -> None:
    content = jar_of(files, method)
    found = {name: read_head(content, entry, 100) for name, entry in jar_entries(content)}
    assert found == {name: data[:100] for name, data in files.items()}
