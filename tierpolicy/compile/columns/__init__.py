"""Many records at once, column by column: numpy, and with the extra `fast` compiled by numba."""

from tierpolicy.compile.columns.deciding import Prepared, prepared

__all__ = ["Prepared", "prepared"]
