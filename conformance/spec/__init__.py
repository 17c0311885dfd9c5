"""
The specification, machine-readable: the catalogue of requirements, the JSON Schemas, the regions.

Everything is read from `schemas/` once, on first use. Nothing is fetched: the addresses in `$id` are names.
"""

from conformance.spec.catalogue import Catalogue, catalogue
from conformance.spec.explanation import Violation
from conformance.spec.files import schemas_root
from conformance.spec.names import nearest
from conformance.spec.proofs import Proof, proofs, proofs_by_requirement
from conformance.spec.regions import Region, regions, supports_chatlio
from conformance.spec.schemas import Validator, schema, schema_names, validator
from conformance.spec.tracking_plan import tracking_plan

__all__ = [
    "Catalogue",
    "Proof",
    "Region",
    "Validator",
    "Violation",
    "catalogue",
    "nearest",
    "proofs",
    "proofs_by_requirement",
    "regions",
    "schema",
    "schema_names",
    "schemas_root",
    "supports_chatlio",
    "tracking_plan",
    "validator",
]
