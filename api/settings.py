"""Every setting of the program, its unit and its refusal; read from the environment and `.env`."""

import difflib
import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

import limits
from pydantic import (
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

PREFIX = "HUIQI_"
_MOST_PORTS = 65_535
ENV_FILE = Path(".env")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Notice = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class BadSettings(Exception):
    """One or more settings cannot be used; each line names the setting and says why."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """What the operator decides. Written `HUIQI_<NAME>`; a wrong value stops the start."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    var_dir: Path = Path("var")
    """Folder for what the program keeps: the SQLite file and the secret key."""
    database_url: str = ""
    """`sqlite:///<file>` or `postgresql://…`; empty: `huiqi.db` in the folder above."""

    redis_url: str = ""
    """`redis://…`: several processes then share wakes, limits and the rate of sending."""

    host: Name = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: str = ""
    """Address people reach this at, without a path; empty: made from host and port."""
    trusted_proxies: str = ""
    """Addresses whose X-Forwarded-For is believed, by comma; empty: nobody's."""
    stop_seconds: Annotated[int, Field(ge=0, le=300)] = 10
    """How long open requests may take to finish when the program is told to stop."""

    operator_name_zh: Name = "惠企（示例运营方，请在设置中改为本单位名称）"
    operator_name_en: Name = "Huiqi (sample operator: put your organisation's name in the settings)"
    operator_contact: Name = "—"
    privacy_zh: Notice | None = None
    """What is kept and why, in the first message; unset: the text of the catalogue."""
    privacy_en: Notice | None = None
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 180
    """A conversation untouched for so many days is erased with what it gave."""
    link_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How many days a link for another device works."""

    secret_key: SecretStr | None = None
    """At least 32 characters; unset: made at first start and kept in the folder above."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: SecretStr | None = None
    """What a reader of /metrics shows as a bearer token; unset: only this machine may read."""
    worker_port: Annotated[int | None, Field(ge=1, le=65535)] = None
    """Port of `huiqi worker` and `huiqi bot` for /healthz, /readyz and /metrics; unset: none."""

    telegram_bot_token: Annotated[SecretStr | None, Field(alias="TELEGRAM_BOT_TOKEN")] = None
    """Turns Telegram on; as @BotFather gave it."""
    telegram_api_base: Annotated[str, Field(alias="TELEGRAM_API_BASE")] = "https://api.telegram.org"
    """Any server that speaks the Bot API."""
    telegram_updates: Annotated[Literal["polling", "webhook"], Field(alias="TELEGRAM_UPDATES")] = (
        "polling"
    )
    """Whether we ask for updates, or are called at HUIQI_PUBLIC_URL/telegram/webhook."""
    telegram_webhook_secret: Annotated[SecretStr | None, Field(alias="TELEGRAM_WEBHOOK_SECRET")] = (
        None
    )
    """What Telegram says of itself when it calls: 16 to 256 of A-Z a-z 0-9 _ -."""

    telegram_rate: Annotated[int, Field(alias="TELEGRAM_RATE", ge=0, le=1000)] = 30
    """Messages a second of all processes together, as @BotFather grants them; at most five sixths
    of them are broadcast. 0: no limit at all, for a server of your own."""

    limit_reading: str = "600/minute"
    """Requests that read knowledge, per caller."""
    limit_turns: str = "60/minute"
    """Messages of one conversation, or of one caller before it has one."""
    limit_caller: str = "1200/minute"
    """All requests of one caller."""
    max_body_bytes: Annotated[int, Field(ge=1024, le=10_485_760)] = 262_144
    max_json_depth: Annotated[int, Field(ge=4, le=200)] = 24
    max_streams: Annotated[int, Field(ge=1, le=100_000)] = 1000
    """Live streams open at once; one conversation may have 8 of them."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value:
            return value
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in _DRIVERS:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if scheme.startswith("sqlite") and not re.fullmatch(r"/.+", rest.partition("?")[0]):
            raise ValueError("SQLite needs a file: sqlite:///var/huiqi.db")
        if not scheme.startswith("sqlite"):
            _check_port(rest)
        return f"{_DRIVERS[scheme]}://{rest}"

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        if value and not re.fullmatch(r"rediss?://[^/\s?#]+(/[0-9]{1,5})?", value):
            raise ValueError("must be like redis://127.0.0.1:6379/0")
        _check_port(value.partition("://")[2])
        return value

    @field_validator("public_url")
    @classmethod
    def _bare_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/\s?#@]+/?", value):
            raise ValueError("must be like https://huiqi.example.org, without a path")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for each in (part.strip() for part in value.split(",")):
            try:
                if each not in {"", "*"}:
                    ip_network(each)
            except ValueError:
                raise ValueError("must be like 127.0.0.1,10.0.0.0/8") from None
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if not re.fullmatch(r"[!-~]{16,256}", value.get_secret_value()):
            raise ValueError("needs 16 to 256 characters without blanks")
        return value

    @field_validator("worker_port", mode="before")
    @classmethod
    def _none_where_empty(cls, value: object) -> object:
        return value or None

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:  # noqa: PLR2004 - 256 bits in hex halves
            raise ValueError("needs at least 32 characters")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]{3,100}", value.get_secret_value()):
            raise ValueError("must be like 123456:ABC-DEF, as @BotFather gave it")
        return value

    @field_validator("telegram_api_base")
    @classmethod
    def _server_address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^\s?#@]+", value):
            raise ValueError("must be like https://api.telegram.org")
        return value.rstrip("/")

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _safe_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(
            r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()
        ):
            raise ValueError("needs 16 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Self:
        if self.telegram_updates != "webhook":
            return self
        if self.telegram_bot_token is None:
            raise ValueError("TELEGRAM_UPDATES: webhook needs TELEGRAM_BOT_TOKEN")
        if self.telegram_webhook_secret is None:
            raise ValueError("TELEGRAM_WEBHOOK_SECRET: webhook does not start without its secret")
        if not self.public_url:
            raise ValueError("HUIQI_PUBLIC_URL: webhook needs the address Telegram calls")
        return self

    @field_validator("limit_reading", "limit_turns", "limit_caller")
    @classmethod
    def _readable_limit(cls, value: str) -> str:
        try:
            limits.parse_many(value)
        except ValueError:
            raise ValueError("must be like 60/minute or 1000/hour") from None
        return value

    @classmethod
    def read(cls, env_file: Path | None = ENV_FILE) -> Self:
        """The settings of this process; raises `BadSettings` naming every wrong one."""
        try:
            written = DotEnvSettingsSource(cls, env_file=env_file).env_vars
        except UnicodeDecodeError:
            raise BadSettings((f"{env_file}: is no UTF-8 text",)) from None
        except OSError as error:
            raise BadSettings((f"{env_file}: cannot be read: {error.strerror}",)) from None
        unknown = _unknown_names({*os.environ, *written}, _names_of(cls))
        try:
            settings = cls(_env_file=env_file)
        except ValidationError as error:
            raise BadSettings((*unknown, *_lines_of(error))) from None
        if unknown:
            raise BadSettings(unknown)
        return settings

    @property
    def database(self) -> str:
        """The address of the database with its asynchronous driver."""
        return self.database_url or f"sqlite+aiosqlite:///{self.var_dir / 'huiqi.db'}"

    @property
    def on_sqlite(self) -> bool:
        """Whether everything runs in one process on a file."""
        return self.database.startswith("sqlite")

    @property
    def address(self) -> str:
        """Where people reach the program."""
        if self.public_url:
            return self.public_url
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def _check_port(address: str) -> None:
    """Raise ValueError for a port that no machine has; `address` stands behind the scheme."""
    place = re.split(r"[/?#]", address.rpartition("@")[2], maxsplit=1)[0]
    port = re.search(r":(\d+)$", place)
    if port is not None and not 0 < int(port[1][:6]) <= _MOST_PORTS:
        raise ValueError("the port must be 1 to 65535")


def _lines_of(error: ValidationError) -> tuple[str, ...]:
    """One line a wrong setting; never the value, which may be a secret."""
    return tuple(
        f"{_written(fault['loc'])}{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_input=False, include_url=False)
    )


def _written(place: tuple[int | str, ...]) -> str:
    """The name of a setting as it is written; what concerns several names them itself."""
    name = "_".join(str(part) for part in place).upper()
    if not name:
        return ""
    return f"{name}: " if name.startswith("TELEGRAM_") else f"{PREFIX}{name}: "


def _names_of(settings: type[Settings]) -> frozenset[str]:
    """Every setting as it is written."""
    fields = settings.model_fields.items()
    return frozenset(field.alias or f"{PREFIX}{name}".upper() for name, field in fields)


def _unknown_names(given: set[str], known: frozenset[str]) -> tuple[str, ...]:
    """A misspelt setting would silently mean the default: it is refused, with its likely name."""
    ours = {name.upper() for name in given if name.upper().startswith((PREFIX, "TELEGRAM_"))}
    lines = []
    for name in sorted(ours - known):
        near = difflib.get_close_matches(name, known, n=1)
        lines.append(f"{name}: there is no such setting" + (f"; {near[0]}?" if near else ""))
    return tuple(lines)
