"""Writes docs/sbom.cdx.json, the CycloneDX list of what is shipped: `python -m deploy.sbom`; `--check` only compares.

It is made from the lock and the metadata of the installed wheels, so that two runs on the same lock are equal to the byte:
it carries no time, and its number is made from its content.
"""

import argparse
import json
import re
import sys
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from deploy.parts import ROOT, Package, Part, Unknown, direct, licence, needs, others, packages

FILE = ROOT / "docs" / "sbom.cdx.json"
_LICENCES = LicenseFactory()


def _component(package: Package) -> Component:
    """A package of the lock with the hashes of the files that may be installed for it."""
    purl = PackageURL("pypi", name=package.name, version=package.version)
    return Component(
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        name=package.name,
        version=package.version,
        purl=purl,
        licenses=[_LICENCES.make_from_string(licence(package.name))],
        properties=[Property(name="avanzamento:condition", value=package.condition)] if package.condition else [],
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION,
                url=XsUri(f"https://pypi.org/project/{package.name}/{package.version}/"),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=found) for found in package.hashes],
            )
        ],
    )


def _other(part: Part) -> Component:
    return Component(
        type=ComponentType.FILE,
        bom_ref=f"part:{part.name}",
        name=part.name,
        licenses=[_LICENCES.make_from_string(part.licence)],
        properties=[Property(name="avanzamento:inside", value=part.inside)],
    )


def _version() -> str:
    """The app's version, read and not imported: the shell would bring all of Streamlit along and its warnings."""
    found = re.search(r'^VERSION = "(.+)"$', (ROOT / "shell" / "here.py").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise Unknown("shell/here.py names no VERSION.")
    return found[1]


def bom() -> Bom:
    """What is shipped and what asks for what."""
    components = {package: _component(package) for package in packages()}
    itself = Component(type=ComponentType.APPLICATION, bom_ref="avanzamento", name="avanzamento", version=_version())
    parts = [_other(part) for part in others()]
    made = Bom(components=[*components.values(), *parts])
    made.metadata.component = itself
    for package, component in components.items():
        asked = set(needs(package.name))
        made.register_dependency(component, [found for other, found in components.items() if other.name in asked])
    wanted = direct()
    made.register_dependency(itself, [*(found for found in components.values() if found.name in wanted), *parts])
    return made


def document() -> str:
    """The list as JSON, without the time of its making and with a number that stands for its content."""
    raw = json.loads(JsonV1Dot6(bom()).output_as_string())
    del raw["metadata"]["timestamp"], raw["serialNumber"]
    raw["serialNumber"] = f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(raw, sort_keys=True))}"
    return json.dumps(raw, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or compare; the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="change nothing; 1 if the file is behind")
    check = arguments.parse_args().check
    try:
        found = document()
    except Unknown as error:
        print(error, file=sys.stderr)
        return 1
    if not check:
        FILE.write_text(found, encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != found:
        print("docs/sbom.cdx.json is behind: run `make sbom`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
