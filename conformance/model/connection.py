"""
What an implementation is told before the chat begins, and what it tells about itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen


@frozen(kw_only=True)
class Workspace:
    """
    A Segment workspace; `region` is where its data are processed: `us`, `eu`, or one nobody knows.
    """

    slug: str
    region: str


@frozen(kw_only=True)
class Source:
    """
    A Chatlio source in a workspace; `write_key` may be empty, and is a secret.
    """

    name: str
    slug: str
    write_key: str


@frozen(kw_only=True)
class Endpoints:
    """
    Base URLs without `/v1` that stand for Segment's US and EU tracking hosts.
    """

    us: str
    eu: str


@frozen(kw_only=True)
class Settings:
    """
    The parameters of `initialize` (docs/drivers.md): where to connect, as whom.
    """

    workspace: Workspace
    source: Source
    endpoints: Endpoints
    protocol: int = 1


@frozen(kw_only=True)
class Implementation:
    """
    What an implementation says it is; only `name` is sure to be there.
    """

    name: str
    version: str = ""
    language: str = ""
    homepage: str = ""


def settings_to_json(settings: Settings) -> dict[str, Any]:
    """
    The settings as the `params` of `initialize`.
    """
    return {
        "protocol": settings.protocol,
        "workspace": {"slug": settings.workspace.slug, "region": settings.workspace.region},
        "source": {
            "name": settings.source.name,
            "slug": settings.source.slug,
            "write_key": settings.source.write_key,
        },
        "endpoints": {"us": settings.endpoints.us, "eu": settings.endpoints.eu},
    }


def settings_from_json(members: Mapping[str, Any]) -> Settings:
    """
    The settings that the `params` of `initialize` stand for.
    """
    workspace, source, endpoints = members["workspace"], members["source"], members["endpoints"]
    return Settings(
        protocol=members.get("protocol", 1),
        workspace=Workspace(slug=workspace["slug"], region=workspace["region"]),
        source=Source(name=source["name"], slug=source["slug"], write_key=source["write_key"]),
        endpoints=Endpoints(us=endpoints["us"], eu=endpoints["eu"]),
    )


def implementation_to_json(implementation: Implementation) -> dict[str, str]:
    """
    What is known of the implementation, without what it did not say.
    """
    known = {
        "name": implementation.name,
        "version": implementation.version,
        "language": implementation.language,
        "homepage": implementation.homepage,
    }
    return {name: value for name, value in known.items() if value}


def implementation_from_json(members: Mapping[str, Any]) -> Implementation:
    """
    The implementation that an `initialize` reply names; unknown members are ignored.
    """
    return Implementation(
        name=str(members["name"]),
        version=str(members.get("version", "")),
        language=str(members.get("language", "")),
        homepage=str(members.get("homepage", "")),
    )
