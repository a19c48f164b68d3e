"""The scanner of credentials: each kind is found, what resembles it is not, none is ever shown."""

import base64
import marshal
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerlift.domain.report import Finding, Severity
from layerlift.inspecting.secrets.rule import MAX_LITERALS, MIN_LITERAL
from layerlift.inspecting.secrets.rules import RULES
from layerlift.inspecting.secrets.scanner import OVERLAP, find_secrets, sweeps_of
from tests.unit.inspecting.secrets.samples import (
    HEX,
    KEYS,
    LETTERS,
    PROTECTED,
    RSA,
    SAMPLES,
    UPPER,
    checksummed,
    drawn,
    encoded,
    noise,
    pem,
    pgp,
)

PATH = "python/settings.py"
KINDS = {rule.kind.code: rule.kind for rule in RULES}
LITERALS = sorted({literal for rule in RULES for literal in rule.literals})
SWEEPS = sweeps_of(RULES)
WHOLE = [pytest.param(*sample, id=f"{sample[0]}-{i}") for i, sample in enumerate(SAMPLES)]


def scan(text: str | bytes, path: str = PATH) -> list[Finding]:
    return list(find_secrets(path, text if isinstance(text, bytes) else text.encode()))


def codes(text: str | bytes, path: str = PATH) -> list[str]:
    return [finding.code for finding in scan(text, path)]


@pytest.mark.parametrize(("code", "text", "secret"), WHOLE)
def test_a_credential_is_found_as_what_it_is(code: str, text: str, secret: str) -> None:
    assert [(f.code, f.severity, f.entry) for f in scan(text)] == [
        (f"secret-{code}", KINDS[f"secret-{code}"].severity, PATH)
    ]


def test_every_rule_has_a_sample_that_each_of_its_literals_finds() -> None:
    for rule in RULES:
        texts = [t for code, t, _ in SAMPLES if f"secret-{code}" == rule.kind.code]
        unseen = [lit for lit in rule.literals if not any(lit in t.encode() for t in texts)]
        assert unseen == [], rule.kind.code


@pytest.mark.parametrize(("code", "text", "secret"), WHOLE)
def test_no_finding_shows_more_of_a_secret_than_its_prefix(
    code: str, text: str, secret: str
) -> None:
    prefixes = [*(literal.decode() for literal in LITERALS), "sk_live_", "rk_live_", "dop_v1_"]
    parts = [secret[i : i + 6] for i in range(len(secret) - 5)]
    hidden = [part for part in parts if not any(part in prefix for prefix in prefixes)]
    assert hidden
    for finding in scan(text):
        shown = finding.message + finding.fix
        assert [part for part in hidden if part in shown] == []


@pytest.mark.parametrize(("code", "text", "secret"), WHOLE)
def test_a_credential_across_two_windows_is_found_in_the_second(
    code: str, text: str, secret: str
) -> None:
    content = b"\n" * 1000 + text.encode() + b"\n" * 1000
    for cut in range(1000, 1000 + len(text), 7):
        windows = content[:cut], content[max(0, cut - OVERLAP) :]
        assert f"secret-{code}" in {c for window in windows for c in codes(window)}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AKIA" + "IOSFODNN7" + "EXAMPLE", id="the manual's key"),
        pytest.param("AKIA" + "X" * 16, id="a placeholder"),
        pytest.param("AKIA" + "1234567890123456", id="a sequence"),
        pytest.param("XAKIA" + drawn(UPPER, 16), id="the middle of a word"),
        pytest.param("AKIA" + drawn(UPPER, 17), id="too long"),
        pytest.param("AKIA" + drawn(UPPER, 15), id="too short"),
        pytest.param("aws_secret_access_key = " + drawn(HEX, 40), id="a digest"),
        pytest.param("aws_secret_access_key = get_secret('x')", id="a call"),
        pytest.param("ghp_" + "x" * 36, id="a masked token"),
        pytest.param("ghp_" + "0123456789" * 3 + "012345", id="a numbered token"),
        pytest.param("glpat-someVeryLongIdentifierWithoutAnyDigit", id="words of an identifier"),
        pytest.param("hf_theNameOfSomethingThatHasNoDigits", id="words in the place of a token"),
        pytest.param("hf_" + drawn(HEX, 34), id="a digest behind a name"),
        pytest.param("index-url = https://user:password@a.test", id="the manual's password"),
        pytest.param("index-url = https://${USER}:${PASS}@a.test", id="variables in an address"),
        pytest.param("_auth=" + encoded("user:password"), id="the manual's login"),
        pytest.param("http_auth=" + encoded("user:k7Zq0pVzXx"), id="an argument"),
        pytest.param("auth_token = " + drawn(HEX, 32), id="a token of nobody known"),
        pytest.param("-----BEGIN PGP PRIVATE KEY BLOCK-----\n...\n-----END", id="PGP's label"),
        pytest.param(pgp(b"\x99" + noise(100)), id="a short public key of PGP"),
        pytest.param("hvs.someVeryLongIdentifierWithoutAnyDigit", id="an attribute"),
        pytest.param("//a.test/:_authToken=${NPM_TOKEN_OF_THE_COMPANY}", id="a variable"),
        pytest.param("-----BEGIN RSA PRIVATE KEY-----", id="a label"),
        pytest.param("-----BEGIN RSA PRIVATE KEY-----\n...\n-----END", id="an ellipsis"),
        pytest.param(pem("", b"\0" * 64), id="zeros in PEM"),
        pytest.param(pem("RSA ", KEYS["RSA "][:200]), id="half a key"),
        pytest.param(RSA.replace("PRIVATE", "PUBLIC"), id="a public key"),
        pytest.param('{"auths": {"a.test": {"auth": "' + encoded("user:pass") + '"}}}', id="pass"),
        pytest.param("client-key-data: " + encoded("x" * 200), id="no key in base64"),
    ],
)
def test_what_only_resembles_a_credential_is_left_alone(text: str) -> None:
    assert codes(f'value = "{text}"\n') == []


def test_the_key_of_azures_emulator_is_no_secret() -> None:
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/" + (
        "K1SZFPTOtr/KBHBeksoGMGw=="
    )
    assert codes(f"AccountKey={key}") == []


@pytest.mark.parametrize("prefix", ["ghp_", "npm_"])
def test_a_wrong_checksum_makes_a_token_doubtful(prefix: str) -> None:
    token = checksummed(prefix)
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for path, severity in (("python/shop.py", Severity.ERROR), ("README.md", Severity.WARNING)):
        (finding,) = scan(wrong, path)
        assert finding.severity is severity
        assert "holds what looks like" in finding.message


def test_base64_between_the_lines_of_a_key_is_doubtful() -> None:
    body = base64.encodebytes(random.Random(7).randbytes(600)).decode()
    text = f"-----BEGIN {'PRIVATE'} KEY-----\n{body}-----END {'PRIVATE'} KEY-----\n"
    (finding,) = scan(text)
    assert (finding.code, finding.severity) == ("secret-private-key", Severity.ERROR)
    assert codes(text.replace("-----END", "")) == []
    assert codes(text.replace(body, body[:100])) == []


@pytest.mark.parametrize("label", PROTECTED)
def test_a_key_with_a_passphrase_is_a_warning(label: str) -> None:
    (finding,) = scan(pem(label, PROTECTED[label]))
    assert (finding.code, finding.severity) == ("secret-private-key", Severity.WARNING)


def test_a_legacy_key_with_a_passphrase_is_a_warning() -> None:
    head = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011223344556677\n\n"
    text = RSA.replace("KEY-----\n", f"KEY-----\n{head}", 1)
    assert [finding.severity for finding in scan(text)] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("python/requests/tests/key.pem", Severity.WARNING),
        ("python/lib/python3.13/site-packages/twisted/test/key.pem", Severity.WARNING),
        ("nodejs/node_modules/@a/b/fixtures/key.pem", Severity.WARNING),
        ("nodejs/node_modules/ssh2/lib/protocol/constants.js", Severity.WARNING),
        ("nodejs/lib/constants.js", Severity.ERROR),
        ("python/requests/key.pem", Severity.ERROR),
        ("python/tests/key.pem", Severity.ERROR),
        ("tests/key.pem", Severity.ERROR),
        ("python/requests/tests.pem", Severity.ERROR),
    ],
)
def test_test_material_of_an_installed_package_is_a_warning(path: str, severity: Severity) -> None:
    assert [finding.severity for finding in scan(RSA, path)] == [severity]


def test_a_genuine_secret_outweighs_a_doubtful_one_of_the_same_kind() -> None:
    doubtful = checksummed("ghp_")[:-6] + "000000"
    (finding,) = scan(f"{doubtful}\n{checksummed('gho_')}")
    assert "holds a GitHub token" in finding.message


def test_many_of_one_kind_are_one_finding() -> None:
    keys = "\n".join("AKIA" + drawn(UPPER, 16, str(i)) for i in range(20))
    assert codes(keys) == ["secret-aws-access-key"]


def test_compiled_python_is_read_to_the_length_it_says() -> None:
    code = compile(f"a = {'AKIA' + drawn(UPPER, 16)!r}; b = None", "x", "exec")
    assert codes(marshal.dumps(code), "python/x.pyc") == ["secret-aws-access-key"]


def test_the_literals_fit_the_vectorised_search() -> None:
    assert max(map(len, SWEEPS)) <= MAX_LITERALS
    assert min(map(len, LITERALS)) >= MIN_LITERAL
    assert sorted(literal for sweep in SWEEPS for literal in sweep) == LITERALS


def test_no_literal_hides_another_inside_it() -> None:
    pairs = [(a, b) for sweep in SWEEPS for a in sweep for b in sweep]
    assert [(a, b) for a, b in pairs if a != b and b in a] == []


def test_every_rule_sees_what_it_looks_at_within_the_overlap() -> None:
    assert [r.kind.code for r in RULES if r.before + r.after > OVERLAP] == []


@pytest.mark.parametrize("decoys", [200, 20_000])
def test_a_window_full_of_decoys_is_looked_at_to_its_end(decoys: int) -> None:
    assert codes("AKIA\n" * decoys + "AKIA" + drawn(UPPER, 16)) == ["secret-aws-access-key"]


@given(st.binary(max_size=2000), st.sampled_from(LITERALS), st.binary(max_size=2000))
def test_any_bytes_around_a_literal_are_fine(before: bytes, literal: bytes, after: bytes) -> None:
    window = before + literal + after
    assert scan(window) == scan(window)
    assert scan(window, "python/x.pyc") == scan(window, "python/x.pyc")


@given(st.text(alphabet=LETTERS + "-_.+/=:\"' \n", max_size=600), st.sampled_from(sorted(KEYS)))
def test_any_text_after_a_label_is_fine(text: str, label: str) -> None:
    for found in scan(f"-----BEGIN {label}PRIVATE KEY-----{text}"):
        assert found.code.startswith("secret-")
