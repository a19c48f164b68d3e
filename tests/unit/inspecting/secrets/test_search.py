"""A whole layer is searched, within a budget."""

import pytest

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.secrets.scanner import MAX_LOOKS, OVERLAP
from layerlift.inspecting.secrets.search import SecretSearch
from tests.unit.inspecting.secrets.samples import RSA, checksummed

DECOY = b"AKIA "


def find(search: SecretSearch, path: str, *chunks: bytes) -> list[Finding]:
    search.add(path, chunks[0], chunks[1:])
    return search.findings()


def codes(search: SecretSearch, *chunks: bytes, path: str = "python/a.py") -> list[str]:
    return [finding.code for finding in find(search, path, *chunks)]


def test_a_secret_across_two_chunks_is_found_once() -> None:
    text = b"x" * OVERLAP + RSA.encode() + b"x" * OVERLAP
    cut = OVERLAP + 100
    assert codes(SecretSearch(), text[:cut], text[cut:]) == ["secret-private-key"]


def test_a_kind_counts_once_for_each_file() -> None:
    search, token = SecretSearch(), f"{checksummed('ghp_')} ".encode()
    chunk = token + b" " * 2 * OVERLAP
    assert codes(search, chunk, chunk, chunk) == ["secret-github-token"]
    assert codes(search, chunk, path="python/b.py") == ["secret-github-token"]


@pytest.mark.parametrize("decoys", [199, 200, 201, 100_000])
def test_decoys_hide_no_credential_behind_them(decoys: int) -> None:
    assert codes(SecretSearch(), DECOY * decoys + RSA.encode()) == ["secret-private-key"]


def test_a_layer_with_more_decoys_than_are_looked_at_is_an_error_that_names_the_file() -> None:
    search = SecretSearch()
    half = DECOY * (MAX_LOOKS // 2)
    assert codes(search, half) == []
    chunks = (half, DECOY * 2 * OVERLAP, RSA.encode())
    (finding,) = find(search, "python/words.txt", *chunks)
    assert (finding.code, finding.severity) == ("secrets-not-searched", Severity.ERROR)
    assert finding.entry == "python/words.txt"
    assert codes(search, RSA.encode(), path="python/b.py") == []


def test_long_decoys_count_more_than_once() -> None:
    search, decoy = SecretSearch(), b"-----BEGIN PRIVATE KEY-----" + b" " * 7000
    assert codes(search, *[decoy * 10] * 200) == []
    assert codes(search, *[decoy * 10] * 200) == ["secrets-not-searched"]


def test_what_lies_before_the_end_of_the_budget_is_found() -> None:
    decoys = DECOY * (MAX_LOOKS + 1)
    assert codes(SecretSearch(), RSA.encode() + decoys) == [
        "secret-private-key",
        "secrets-not-searched",
    ]


def test_small_files_are_searched_together_and_each_keeps_its_own_findings() -> None:
    search, token = SecretSearch(), f"{checksummed('ghp_')} ".encode()
    for at in range(20):
        search.add(f"python/{at}.py", b"x" * at + (token + RSA.encode()) * (at % 3), ())
    assert [(finding.entry, finding.code) for finding in search.findings()] == [
        (f"python/{at}.py", code)
        for at in range(20)
        for code in ("secret-private-key", "secret-github-token")
        if at % 3
    ]
    assert search.findings() == []


@pytest.mark.parametrize("cut", range(1, len("PRIVATE KEY")))
def test_nothing_is_found_across_two_files(cut: int) -> None:
    search, key = SecretSearch(), RSA.encode()
    middle = key.index(b"PRIVATE KEY") + cut
    search.add("python/a.pem", key[:middle], ())
    search.add("python/b.pem", key[middle:], ())
    assert search.findings() == []


@pytest.mark.parametrize("size", [100, 40_000, 300_000])
def test_files_of_any_size_keep_their_order(size: int) -> None:
    search = SecretSearch()
    for at, length in enumerate((100, size, 50_000, 10)):
        search.add(f"python/{at}.pem", b" " * length + RSA.encode(), ())
    assert [f.entry for f in search.findings()] == [f"python/{at}.pem" for at in range(4)]


def test_findings_come_without_being_asked_for_once_there_are_enough_files() -> None:
    search, key = SecretSearch(), RSA.encode()
    told = [search.add(f"python/{at}.pem", key, ()) for at in range(300)]
    assert not told[0]
    assert told[-1]
    assert len(search.findings()) == 300
