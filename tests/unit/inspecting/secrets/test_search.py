"""A whole layer is searched, within a budget."""

import pytest

from layerlift.domain.report import Severity
from layerlift.inspecting.secrets.scanner import MAX_LOOKS, OVERLAP
from layerlift.inspecting.secrets.search import SecretSearch
from tests.unit.inspecting.secrets.samples import RSA, checksummed

DECOY = b"AKIA "


def codes(search: SecretSearch, *chunks: bytes, path: str = "python/a.py") -> list[str]:
    return [finding.code for finding in search.find(path, chunks)]


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
    (finding,) = search.find("python/words.txt", (half, DECOY * 2 * OVERLAP, RSA.encode()))
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
