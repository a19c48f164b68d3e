"""Specifications of gems are read, never evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.inspecting.packages.metadata import RubyGem, UnreadableMetadata, reader_for
from layerlift.inspecting.packages.ruby import read_gem

FOLDER = "ruby/gems/3.3.0/specifications"
PATH = f"{FOLDER}/nokogiri-1.16.0-x86_64-linux.gemspec"
FULL = b"""\
# -*- encoding: utf-8 -*-
# stub: nokogiri 1.16.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.16.0"
  s.licenses = ["MIT".freeze]
  s.summary = "s.license = 'GPL'".freeze
end
"""


def read(path: str, content: bytes = b"") -> RubyGem:
    found = read_gem(path, content)
    assert isinstance(found, RubyGem)
    return found


@pytest.mark.parametrize(
    "path", [PATH, f"{FOLDER}/default/json-2.7.1.gemspec", "gems/3.4.0/specifications/a-1.gemspec"]
)
def test_an_installed_gem_is_known_by_its_path(path: str) -> None:
    assert reader_for(path) is read_gem


@pytest.mark.parametrize(
    "path",
    [
        "ruby/gems/3.3.0/gems/rack-3.0.0/rack.gemspec",
        "ruby/lib/rack.gemspec",
        f"{FOLDER}/a/rack-1.gemspec",
        f"{FOLDER}/.gemspec",
    ],
)
def test_other_specifications_are_no_installed_gem(path: str) -> None:
    assert reader_for(path) is None


def test_a_gem_is_read() -> None:
    assert read_gem(PATH, FULL) == RubyGem(PATH, "nokogiri", "1.16.0", "MIT")


@pytest.mark.parametrize(
    ("stem", "name", "version"),
    [
        ("rack-3.0.0", "rack", "3.0.0"),
        ("aws-sdk-s3-1.142.0", "aws-sdk-s3", "1.142.0"),
        ("net-http2-0.18.5", "net-http2", "0.18.5"),
        ("ffi-1.16.3-aarch64-linux-gnu", "ffi", "1.16.3"),
        ("rails-7.1.0.rc1", "rails", "7.1.0.rc1"),
        ("a-1", "a", "1"),
    ],
)
def test_without_a_stub_line_the_file_name_tells(stem: str, name: str, version: str) -> None:
    found = read(f"{FOLDER}/{stem}.gemspec")
    assert (found.name, found.version) == (name, version)


def test_the_stub_line_is_surer_than_the_file_name() -> None:
    found = read(f"{FOLDER}/a-1-b-2.gemspec", b"# stub: a-1-b 2.0 ruby lib\n")
    assert (found.name, found.version) == ("a-1-b", "2.0")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('s.license = "MIT".freeze', "MIT"),
        ("s.license = 'MIT'", "MIT"),
        ('s.licenses = ["MIT".freeze, "Ruby".freeze]', "MIT, Ruby"),
        ('s.license = "MIT" # not "GPL"', "MIT"),
        ("s.licenses = []", None),
        ("s.license = File.read('LICENSE')", None),
        ('# s.license = "MIT"', None),
        ("x = \"s.license = 'MIT'\"", None),
        ('s.license = "#{`id`}"', "#{`id`}"),
        ("", None),
    ],
)
def test_the_licence_is_a_literal(line: str, expected: str | None) -> None:
    assert read(PATH, f"  {line}\n".encode()).license == expected


def test_a_gem_that_nothing_names_is_unreadable() -> None:
    path = f"{FOLDER}/rack.gemspec"
    problem = "neither its name nor its stub line names a version"
    assert read_gem(path, b"") == UnreadableMetadata(path, problem)


@given(st.binary(max_size=500))
def test_whatever_the_bytes_are_the_reader_answers(content: bytes) -> None:
    assert isinstance(read_gem(PATH, content), RubyGem)
    assert isinstance(read_gem(PATH, FULL + content), RubyGem)
