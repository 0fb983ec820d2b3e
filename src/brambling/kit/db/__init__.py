"""The database: PostgreSQL, embedded by default or external by ``BRAMBLING_DATABASE_URL``.

- ``Database`` opens an engine, migrates at first connection, and hands out sessions.
- ``ReadSession`` and ``WriteSession`` are separate types: a function that takes a ReadSession cannot write, by type
  and by the database. One request or step is one ``with database.write()``: commit at its edge, roll back on error.
- ``metadata`` is where every store declares its tables.
"""

from brambling.kit.db.engine import Database, create_database, drop_database
from brambling.kit.db.sessions import ReadSession, WriteSession
from brambling.kit.db.tables import metadata

__all__ = ["Database", "ReadSession", "WriteSession", "create_database", "drop_database", "metadata"]
