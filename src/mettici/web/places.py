"""What a photo may be judged for: the policies that a request may name, as the API and the page list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mettici.policy import Policy


def described(policy: Policy, lang: str) -> dict[str, Any]:
    """What the policy is for, the crop that the place wants, and where its rules stand."""
    crop = policy.crop
    return {
        "name": policy.name,
        "version": policy.version,
        "about": policy.described(lang),
        "crop": None if crop is None else {"shape": crop.shape, "size": crop.size},
        "sources": list(policy.sources),
    }
