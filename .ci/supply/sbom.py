"""Writes what the binary is made of as a bill of materials in CycloneDX: every crate of the release, with its licence, its
checksum and what it depends on.

    sbom.py --out slugline.cdx.json

It is made of `cargo metadata` and Cargo.lock alone, and held against the schema of the standard.
"""

import argparse
import json
import pathlib
import subprocess
import tomllib

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


def metadata() -> dict:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def released(tree: dict) -> dict[str, list[str]]:
    """The packages that the binary is built of, each with what it depends on; not what only tests and build scripts need."""
    nodes = {node["id"]: node for node in tree["resolve"]["nodes"]}
    found: dict[str, list[str]] = {}
    waiting = [tree["resolve"]["root"]]
    while waiting:
        package = waiting.pop()
        if package in found:
            continue
        deps = nodes[package]["deps"]
        found[package] = [dep["pkg"] for dep in deps if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        waiting += found[package]
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    out = pathlib.Path(parser.parse_args().out)
    tree = metadata()
    lock = tomllib.loads(pathlib.Path("Cargo.lock").read_text())
    checksums = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
    packages = {package["id"]: package for package in tree["packages"]}
    parts = released(tree)
    licences = LicenseFactory()
    components = {}
    for name in parts:
        package = packages[name]
        checksum = checksums[package["name"], package["version"]]
        purl = PackageURL("cargo", None, package["name"], package["version"])
        is_root = name == tree["resolve"]["root"]
        # Some still write a slash where SPDX wants OR.
        licence = (package["license"] or "").replace("/", " OR ")
        components[name] = Component(
            type=ComponentType.APPLICATION if is_root else ComponentType.LIBRARY,
            name=package["name"], version=package["version"], purl=purl, bom_ref=purl.to_string(),
            licenses=[licences.make_from_string(licence)] if licence else [],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=checksum)] if checksum else [],
        )
    bom = Bom(components=[part for name, part in components.items() if name != tree["resolve"]["root"]])
    bom.metadata.component = components[tree["resolve"]["root"]]
    for name, needed in parts.items():
        bom.register_dependency(components[name], [components[other] for other in needed])
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        raise SystemExit(f"not CycloneDX: {fault}")
    unlicensed = [packages[name]["name"] for name in parts if not packages[name]["license"]]
    if unlicensed:
        raise SystemExit(f"without a licence: {unlicensed}")
    out.write_text(text + "\n")
    print(f"{len(bom.components)} crates make the binary: {out}")


main()
