"""
What is measured, and printed, and asserted nowhere: `make bench`.
"""
