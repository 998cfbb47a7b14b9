"""Records of customers from several channels to one record for each customer."""

from tierpolicy.runtime.identity.channels import Channels, read_channels
from tierpolicy.runtime.identity.consolidating import Asked, Consolidated, consolidated

__all__ = ["Asked", "Channels", "Consolidated", "consolidated", "read_channels"]
