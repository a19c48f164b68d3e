"""The bill of materials of a layer, as CycloneDX (https://cyclonedx.org/docs/1.6/json/)."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from layerlift.domain.report import Package, Report

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import License
    from packageurl import PackageURL

_SERIALS = uuid5(NAMESPACE_URL, "layerlift:sbom")
"""Serial numbers are made under it from what the document describes (RFC 9562 5.5)."""

_FORMAT = {
    "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
}
_UNNAMED = "layer"
_TYPES_WITH_NAMESPACE = {"maven": ":", "npm": "/"}
"""What parts the namespace of a package URL from its name, in the names of its ecosystem."""


def cyclonedx_json(report: Report) -> str:
    """Return the packages of ``report`` as CycloneDX 1.6 JSON, indented by two.

    The same report gives the same text: there is no timestamp, and the serial number comes from
    the digest, the name and the version of the layer. Names are quoted as they are; one of which
    no package URL can be made goes without.
    """
    # Heavy, and needed by the few callers that keep a bill of materials.
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.dependency import Dependency
    from cyclonedx.model.tool import ToolRepository
    from cyclonedx.schema.schema import SchemaVersion1Dot6

    layer = _layer(report)
    components = list({_reference(p): _component(p) for p in report.packages}.values())
    brings = [Dependency(component.bom_ref) for component in components]
    bom = Bom(
        serial_number=uuid5(_SERIALS, f"{report.sha256}/{report.layer}/{report.version}"),
        metadata=BomMetaData(component=layer, tools=ToolRepository(components=[_this_tool()])),
        components=components,
        dependencies=[Dependency(layer.bom_ref, brings)],
    )
    # Not by ``JsonV1Dot6``: its ``Bom.validate`` takes time by the square of the components, and
    # states of each that it needs no other, which nobody knows.
    document = json.loads(bom.as_json(view_=SchemaVersion1Dot6))  # type: ignore[attr-defined]
    # The library always says when it ran, which says nothing about the layer.
    del document["metadata"]["timestamp"]
    return json.dumps(_FORMAT | document, indent=2)


def _layer(report: Report) -> "Component":
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.component import Component, ComponentType

    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=report.sha256)] if report.sha256 else []
    return Component(
        type=ComponentType.LIBRARY,
        bom_ref="layer",
        name=report.layer or _UNNAMED,
        version=report.version,
        hashes=hashes,
        properties=[
            *(_property("runtime", runtime) for runtime in report.runtimes),
            *(_property("architecture", architecture) for architecture in report.architectures),
        ],
    )


def _this_tool() -> "Component":
    from cyclonedx.model.component import Component, ComponentType

    return Component(type=ComponentType.APPLICATION, name="layerlift")


def _component(package: Package) -> "Component":
    from cyclonedx.model.component import Component, ComponentType

    return Component(
        type=ComponentType.LIBRARY,
        bom_ref=_reference(package),
        name=package.name,
        version=package.version,
        purl=_package_url(package),
        licenses=_licenses(package.license),
        properties=[_property("path", package.path)],
    )


def _reference(package: Package) -> str:
    return f"{package.ecosystem}:{package.name}@{package.version or ''}"


def _property(name: str, value: str) -> "Property":
    from cyclonedx.model import Property

    return Property(name=f"layerlift:{name}", value=value)


def _package_url(package: Package) -> "PackageURL | None":
    """Return the package URL, None if its name fits none.

    (https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst: a scope of npm and a group
    of Maven are the namespace. A jar of which the group is unknown cannot be looked up in Maven.)
    """
    from packageurl import PackageURL

    separator = _TYPES_WITH_NAMESPACE.get(package.ecosystem)
    namespace, _, name = package.name.rpartition(separator) if separator else ("", "", package.name)
    kind = "generic" if package.ecosystem == "maven" and not namespace else package.ecosystem
    try:
        return PackageURL(kind, namespace or None, name, package.version)
    except ValueError:
        return None


def _licenses(text: str | None) -> "Iterator[License]":
    """Yield a licence: an SPDX expression where it is one, otherwise the name that was given."""
    from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not text:
        return
    try:
        yield LicenseExpression(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        yield DisjunctiveLicense(name=text)
