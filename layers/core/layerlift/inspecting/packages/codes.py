"""What can be wrong with the metadata of packages."""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

PACKAGE_METADATA_UNREADABLE = FindingKind(
    code="package-metadata-unreadable",
    severity=Severity.WARNING,
    meaning=(
        "A file that should say which package this is cannot be read, so the package is missing "
        "from the bill of materials and from the comparison with the release before. Tools that "
        "look the package up at run time stumble over it, too"
    ),
    example=(
        "python/requests-2.32.0.dist-info/METADATA cannot be read: it has no Name, which core "
        "metadata requires"
    ),
    fix="Install the package again, and do not let a build step shorten its metadata",
)
PACKAGE_TWICE = FindingKind(
    code="package-twice",
    severity=Severity.WARNING,
    meaning=(
        "Two versions of one package lie in the same folder. The files of one have overwritten "
        "those of the other, or come first by chance, and nobody can say which version runs"
    ),
    example="python/ has requests in the versions 2.31.0 and 2.32.0",
    fix=(
        "Build the layer into an empty folder: installing over an earlier build "
        "(pip install --target --upgrade) leaves the metadata of the old version behind"
    ),
)
