"""
What is judged, and how strictly.
"""

from __future__ import annotations

from collections.abc import Collection

from attrs import frozen

from conformance.model.requirements import Basis, Profile, Requirement
from conformance.spec import catalogue
from conformance.spec.names import unknown

PROFILES = tuple(profile.value for profile in Profile)
FAIL_ON = ("must", "should", "may", "none")
BASES = tuple(basis.value for basis in Basis)


@frozen(kw_only=True)
class Criteria:
    """
    What is judged and how strictly: raises UsageError, naming the nearest known, for a word it does not know.

    `select` holds requirement ids or chapters (`EVENT-03`, `EVENT`); empty means all. `basis` empty means
    any. `fail_on` is the lowest level whose failure makes the whole not conformant.
    """

    profile: str = "chatlio"
    fail_on: str = "must"
    basis: str = ""
    select: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """
        Refuses words that are not known.
        """
        _refuse_unknown("profile", self.profile, PROFILES)
        _refuse_unknown("level", self.fail_on, FAIL_ON)
        if self.basis:
            _refuse_unknown("basis", self.basis, BASES)

    def requirements(self) -> tuple[Requirement, ...]:
        """
        The requirements to report on, in the order of the catalogue. Raises UsageError for an unknown id.
        """
        known = catalogue().requirements
        chapters = {requirement.chapter for requirement in known}
        for word in self.select:
            if word.upper() not in chapters:
                catalogue().requirement(word.upper())
        chosen = {word.upper() for word in self.select}
        return tuple(
            requirement
            for requirement in known
            if (not chosen or {requirement.id, requirement.chapter} & chosen)
            and self.basis in {"", requirement.basis.value}
        )

    def applies(self, requirement: Requirement) -> bool:
        """
        Whether the requirement is one of the profile's.
        """
        return Profile(self.profile) in requirement.profiles


def _refuse_unknown(kind: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        raise unknown(kind, word, known, where=f"Known are {', '.join(known)}.")
