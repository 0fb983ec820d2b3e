"""Opening the database, and handing out sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from brambling.kit.db.migrate import migrate
from brambling.kit.db.sessions import ReadSession, WriteSession
from brambling.kit.errors import PartUnavailable
from brambling.kit.settings import Settings


class Database:
    """One database and its pool of connections. Open it with :meth:`open` or :meth:`at`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(postgresql_readonly=True)

    @classmethod
    def open(cls, settings: Settings) -> Database:
        """The database of this installation, migrated to the newest revision.

        Starts the embedded PostgreSQL under ``settings.home`` where no external URL is set. Raises PartUnavailable
        when an external server does not answer, InputRejected when the home folder cannot hold the embedded one.
        """
        if settings.database_url is not None:
            return cls.at(settings.database_url.get_secret_value())
        from brambling.kit.db.embedded import start_embedded

        return cls.at(start_embedded(settings.home))

    @classmethod
    def at(cls, url: str | URL, *, pool_size: int = 8) -> Database:
        """The database at ``url``, migrated to the newest revision."""
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, pool_size=pool_size, max_overflow=8, hide_parameters=True)
        try:
            migrate(engine)
        except OperationalError as error:
            engine.dispose()
            reason = str(error.orig).strip().splitlines()[0]
            raise PartUnavailable(f"the database does not answer: {reason}") from error
        return cls(engine)

    @property
    def url(self) -> str:
        """The address with its password, for parts that open connections of their own."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A read-only transaction."""
        with self._reading.connect() as connection, connection.begin():
            yield ReadSession(connection)

    @contextmanager
    def write(self, actor: str = "bank") -> Iterator[WriteSession]:
        """A transaction in the name of ``actor`` that commits when the block ends and rolls back when it raises."""
        with self.engine.begin() as connection:
            yield WriteSession(connection, actor)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def create_database(server_url: str | URL, name: str, template: str | None = None) -> URL:
    """Make database ``name`` on the server of ``server_url`` and return its address; fails if it exists."""
    address = make_url(server_url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            suffix = f' TEMPLATE "{template}"' if template else ""
            connection.execute(text(f'CREATE DATABASE "{name}"{suffix}'))
    finally:
        engine.dispose()
    return address.set(database=name)


def drop_database(server_url: str | URL, name: str) -> None:
    """Drop database ``name``, ending its connections."""
    engine = create_engine(make_url(server_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()
