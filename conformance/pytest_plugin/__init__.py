"""
The pytest plugin behind `chatlio_pytest`, which registers it: each part is loaded when it is first asked for.
"""
