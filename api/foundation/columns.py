"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

# A constraint without a name cannot be changed by a later migration.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}

Raw = JsonValue
"""What a JSON column holds; a decimal is text in it."""

AnyJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


_RAW: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def as_json(value: object) -> JsonValue:
    """What is JSON already, typed as such."""
    return _RAW.validate_python(value)


def as_json_object(value: object) -> dict[str, JsonValue]:
    """The same of a mapping."""
    return _OBJECT.validate_python(value)


def table_of(kind: type[SQLModel]) -> Table:
    """The table of a model, for a statement that needs no objects: it is made ready only once."""
    return SQLModel.metadata.tables[str(kind.__tablename__)]


class Instant(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite would drop the zone and give back a naive time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)
