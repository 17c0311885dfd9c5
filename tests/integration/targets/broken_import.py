"""
A module that needs another which is not there.
"""

import a_module_that_is_nowhere  # type: ignore[import-not-found]  # noqa: F401  # its absence is the point
