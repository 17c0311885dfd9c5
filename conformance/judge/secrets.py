"""
The write keys that a run came to know, so that no report shows them.
"""

from __future__ import annotations

import attrs
from attrs import define, field

from conformance.checks import Evidence
from conformance.masking import mask, mask_credentials
from conformance.model import Finding
from conformance.warehouse import snake_case


@define
class Secrets:
    """
    Every write key configured or presented in the scenarios judged so far.
    """

    _keys: set[str] = field(factory=set, init=False)

    def learn(self, evidence: Evidence) -> None:
        """
        Remembers the keys that a scenario was configured with, and those that its requests presented; each
        also as a warehouse would spell it in the name of a table or a column.
        """
        presented = (c.key for arrival in evidence.arrivals for c in arrival.intake.credentials)
        for key in (*evidence.write_keys, *presented):
            self._keys |= {key, snake_case(key)}

    def masked(self, text: str) -> str:
        """
        The text without any of the keys.
        """
        return mask_credentials(mask(text, self._keys))

    def masked_finding(self, finding: Finding) -> Finding:
        """
        The finding without any of the keys.
        """
        return attrs.evolve(
            finding,
            expected=self.masked(finding.expected),
            observed=self.masked(finding.observed),
            pointer=None if finding.pointer is None else self.masked(finding.pointer),
        )
