"""Links, followed as Linux would."""

import time

import pytest

from layerlift.inspecting.archive.entries import Entry
from layerlift.inspecting.archive.links import check_links


def entry_of(path: str, mode: int = 0o100644) -> Entry:
    return Entry(
        path=path,
        size=1,
        packed_size=1,
        crc=0,
        is_deflated=False,
        flags=0,
        offset=0,
        mode=mode,
        is_directory=False,
        raw_name=path.encode(),
    )


FILES = {
    "lib/a.so.1": entry_of("lib/a.so.1"),
    "lib/sub/b.so": entry_of("lib/sub/b.so"),
    "bin/run": entry_of("bin/run", 0o100755),
}
FOLDERS = {"lib", "lib/sub", "bin", "share", "extensions"}


def codes(links: dict[str, str]) -> dict[str | None, str]:
    raw = {path: target.encode() for path, target in links.items()}
    return {found.entry: found.code for found in check_links(raw, FILES, FOLDERS)}


@pytest.mark.parametrize(
    "target",
    [
        "a.so.1",
        "./a.so.1",
        "sub/../a.so.1",
        "sub/",
        "..",
        "../share",
        ".",
        "../lib/../lib/sub/b.so",
    ],
)
def test_a_link_within_the_layer_is_fine(target: str) -> None:
    assert codes({"lib/link": target}) == {}


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("", "link-unsafe"),
        ("/", "link-unsafe"),
        ("/opt/lib/a.so.1", "link-unsafe"),
        ("../..", "link-unsafe"),
        ("sub/../../../opt/lib", "link-unsafe"),
        ("a\0b", "link-unsafe"),
        ("b.so", "link-dangling"),
        ("link", "link-dangling"),
        ("link/a", "link-dangling"),
        ("missing/../a.so.1", "link-dangling"),
        ("a.so.1/../a.so.1", "link-dangling"),
        ("a.so.1/", "link-dangling"),
    ],
)
def test_a_link_that_leads_elsewhere_is_named(target: str, code: str) -> None:
    assert codes({"lib/link": target}) == {"lib/link": code}


def test_a_link_is_followed_from_where_it_leads_and_not_from_where_it_lies() -> None:
    links = {
        "share/up": "../lib/sub",
        "lib/x": "../share/up/../a.so.1",
        "lib/y": "../share/up/b.so",
    }
    assert codes(links | {"share/z": "up/../../../x"}) == {"share/z": "link-unsafe"}


@pytest.mark.parametrize(("length", "is_fine"), [(40, True), (41, False)])
def test_forty_links_are_followed_and_no_more(length: int, is_fine: bool) -> None:
    links = {f"lib/l{at}": f"l{at + 1}" for at in range(length - 1)}
    found = codes(links | {f"lib/l{length - 1}": "a.so.1"})
    assert found == ({} if is_fine else {"lib/l0": "link-dangling"})


def test_a_thousand_links_through_each_other_take_no_time() -> None:
    links = {f"lib/l{at}": "sub/../" * 500 + f"l{at + 1}" for at in range(1000)}
    begin = time.process_time()
    assert codes(links | {"lib/l1000": "a.so.1"})
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("link", ["extensions/agent", "bootstrap"])
def test_what_lambda_starts_through_a_link_has_to_be_executable(link: str) -> None:
    up = "../" if "/" in link else ""
    assert codes({link: f"{up}bin/run"}) == {}
    assert codes({link: f"{up}lib/a.so.1"}) == {link: "entry-not-executable"}
    assert codes({link: f"{up}share/hop", "share/hop": "../lib/a.so.1"}) == {
        link: "entry-not-executable"
    }
    assert codes({f"share/{link.replace('/', '-')}": "../lib/a.so.1"}) == {}
