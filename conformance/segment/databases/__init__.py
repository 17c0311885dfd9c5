"""
Real databases that hold the warehouse's tables, for a user to query: DuckDB, embedded, and PostgreSQL.

What the tables hold is decided by the pure model (`conformance.warehouse`); here it is written and read back.
The drivers come with the extras `warehouse` and `postgres` and are imported when a database is opened.
"""

from conformance.segment.databases.database import Database, LoadReport
from conformance.segment.databases.opening import open_database
from conformance.segment.databases.scenarios import SCHEMA, load_scenarios

__all__ = ["SCHEMA", "Database", "LoadReport", "load_scenarios", "open_database"]
