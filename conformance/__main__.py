"""
`python -m conformance`: the command, where its script is not on the path.
"""

from conformance.cli import main

main()
