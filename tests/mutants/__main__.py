"""
`python -m tests.mutants` writes the generated files of the kill matrix anew.
"""

from tests.mutants.matrix import FILES, write

write()
print(f"Written: {', '.join(FILES)}.")
