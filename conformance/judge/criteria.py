"""
What is judged, and how strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from attrs import field, frozen

from conformance.model.requirements import Basis, Profile, Requirement
from conformance.spec import catalogue
from conformance.spec.names import unknown

PROFILES = tuple(profile.value for profile in Profile)
FAIL_ON = ("must", "should", "may", "none")


def _known(kind: str, known: Collection[str]) -> Callable[[object, object, str], None]:
    """
    An attrs validator that refuses a word outside `known`, naming the nearest.
    """

    def validate(_criteria: object, _attribute: object, value: str) -> None:
        if value not in known:
            raise unknown(kind, value, known, where=f"Known are {', '.join(filter(None, known))}.")

    return validate


@frozen(kw_only=True)
class Criteria:
    """
    What is judged and how strictly: raises UsageError, naming the nearest known, for a word it does not know.

    `select` holds requirement ids or chapters (`EVENT-03`, `EVENT`); empty means all. `basis` empty means
    any. `fail_on` is the lowest level whose failure makes the whole not conformant.
    """

    profile: str = field(default="chatlio", validator=_known("profile", PROFILES))
    fail_on: str = field(default="must", validator=_known("level", FAIL_ON))
    basis: str = field(default="", validator=_known("basis", ("", *(basis.value for basis in Basis))))
    select: tuple[str, ...] = ()

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
