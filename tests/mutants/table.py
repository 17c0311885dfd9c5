"""
Every mutant, in the order of the catalogue's chapters as far as that goes.
"""

from __future__ import annotations

from tests.mutants import (
    delivery,
    dialling,
    envelope,
    flow,
    identity,
    names,
    properties,
    property_types,
    setup,
    transport,
)
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *names.MUTANTS,
    *flow.MUTANTS,
    *properties.MUTANTS,
    *property_types.MUTANTS,
    *identity.MUTANTS,
    *envelope.MUTANTS,
    *transport.MUTANTS,
    *delivery.MUTANTS,
    *setup.MUTANTS,
    *dialling.MUTANTS,
)
