"""A whole layer is searched, within a budget."""

from layerlift.inspecting.secrets.scanner import MAX_HITS, OVERLAP
from layerlift.inspecting.secrets.search import SecretSearch
from tests.unit.inspecting.secrets.samples import RSA, checksummed

CROWDED = b" SG." * (MAX_HITS + 1)


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


def test_a_layer_full_of_decoys_is_not_searched_for_ever_and_says_so() -> None:
    search = SecretSearch()
    assert codes(search, *[CROWDED] * 20) == []
    assert codes(search, *[CROWDED] * 20) == ["secrets-not-searched"]
    assert codes(search, RSA.encode(), path="python/b.py") == []


def test_few_crowded_windows_hide_nothing_behind_them() -> None:
    search = SecretSearch()
    assert codes(search, *[CROWDED] * 19, b" " * 2 * OVERLAP, RSA.encode()) == [
        "secret-private-key"
    ]
