import re
from pathlib import Path

import msgspec
import pytest

from emulator.setting_options import OPTIONS
from emulator.setting_values import LedgerPlace, TlsPlace
from emulator.settings import Settings, SettingsError, read_settings, render_settings

TOKEN = "fake-control-token"


def read(environ: dict[str, str] | None = None, **flags: str) -> Settings:
    """The settings of an environment and flags."""
    return read_settings(flags, environ or {})


def refusal(environ: dict[str, str] | None = None, **flags: str) -> str:
    """What is said when they are refused."""
    with pytest.raises(SettingsError) as refused:
        read(environ, **flags)
    return str(refused.value)


def test_nothing_set_gives_the_defaults() -> None:
    """Without variables and flags everything has its default."""
    assert read() == Settings()


def test_every_field_has_an_option_and_every_option_a_field() -> None:
    """The table and the record name the same settings."""
    assert {option.field for option in OPTIONS} == set(Settings.__struct_fields__)


def test_each_option_reads_its_own_default() -> None:
    """The default that help and docs tell is the one that holds."""
    for option in OPTIONS:
        if not re.match(r"none|all|random|the ", option.default):
            assert option.parse(option.default) == getattr(Settings(), option.field), option.name


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("EMULATOR_HOST", "0.0.0.0", "host", "0.0.0.0"),  # noqa: S104
        ("EMULATOR_PORT", "0", "port", 0),
        ("EMULATOR_PROVIDERS", "zerohash, highnote", "providers", ("zerohash", "highnote")),
        ("EMULATOR_FIXTURES", "a.yaml,b", "fixtures", (Path("a.yaml"), Path("b"))),
        ("EMULATOR_SEED", "spring", "seed", "spring"),
        ("EMULATOR_TLS", "1", "tls", TlsPlace()),
        ("EMULATOR_TLS", "0", "tls", None),
        ("EMULATOR_TLS", "/var/tls", "tls", TlsPlace(Path("/var/tls"))),
        ("EMULATOR_TLS_NAMES", "a.test,*.b.test,::1", "tls_names", ("a.test", "*.b.test", "::1")),
        ("EMULATOR_CONTROL_TOKEN", TOKEN, "control_token", TOKEN),
        ("EMULATOR_ALLOWED_HOSTS", "emulator,ci.local", "allowed_hosts", ("emulator", "ci.local")),
        ("EMULATOR_PUBLIC_URL", "auto", "public_url", None),
        ("EMULATOR_PUBLIC_URL", "https://e.example/", "public_url", "https://e.example"),
        (
            "EMULATOR_TRUSTED_PROXIES",
            "10.0.0.0/8,::1",
            "trusted_proxies",
            ("10.0.0.0/8", "::1/128"),
        ),
        ("EMULATOR_LEDGER", "memory:", "ledger", LedgerPlace()),
        ("EMULATOR_LEDGER", "sqlite:data/e.db", "ledger", LedgerPlace("sqlite", "data/e.db")),
        (
            "EMULATOR_LEDGER",
            "sqlite:/e.db?synchronous=full",
            "ledger",
            LedgerPlace("sqlite", "/e.db", "full"),
        ),
        (
            "EMULATOR_LEDGER",
            "redis://:fake@host:6379/1",
            "ledger",
            LedgerPlace("redis", "redis://:fake@host:6379/1"),
        ),
        ("EMULATOR_WORKERS", "4", "workers", 4),
        ("EMULATOR_FIRST_USE", "off", "first_use", False),
        ("EMULATOR_SANDBOX_TTL", "PT10M", "sandbox_ttl_s", 600.0),
        ("EMULATOR_SANDBOX_CAP", "7", "sandbox_cap", 7),
        ("EMULATOR_BODY_LIMIT", "512k", "body_limit", 524_288),
        ("EMULATOR_JOURNAL_BYTES", "4M", "journal_bytes", 4_194_304),
        ("EMULATOR_LOG_FORMAT", "json", "log_format", "json"),
        ("EMULATOR_LOG_CALLS", "on", "log_calls", True),
        ("EMULATOR_LOG_LEVEL", "warning", "log_level", "warning"),
    ],
)
def test_a_variable_sets_its_field(variable: str, text: str, field: str, value: object) -> None:
    """Each variable is read in its own notation."""
    assert getattr(read({variable: text}), field) == value


def test_a_flag_beats_its_variable() -> None:
    """What stands on the command line wins over the environment."""
    assert read({"EMULATOR_PORT": "1"}, port="2").port == 2


def test_an_empty_variable_counts_as_unset() -> None:
    """Compose files hand on variables that nobody set as empty ones."""
    assert read({"EMULATOR_PORT": "", "EMULATOR_SEED": ""}) == Settings()


def test_an_unknown_variable_is_refused_with_the_nearest_name() -> None:
    """A typo stops the start and says what was meant."""
    assert refusal({"EMULATOR_PROT": "1"}) == (
        "EMULATOR_PROT is no setting: did you mean EMULATOR_PORT?"
    )
    assert refusal({"EMULATOR_QQ": "1"}) == "EMULATOR_QQ is no setting: unset it"


def test_other_peoples_variables_are_let_be() -> None:
    """Only names with the prefix are ours."""
    assert read({"PORT": "x", "MY_EMULATOR_PORT": "x"}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("EMULATOR_HOST", " "),
        ("EMULATOR_PORT", "65536"),
        ("EMULATOR_PORT", "-1"),
        ("EMULATOR_PORT", "tcp://10.0.0.1:4600"),
        ("EMULATOR_PORT", "\u0661"),
        ("EMULATOR_PROVIDERS", "zerohash,,highnote"),
        ("EMULATOR_KEYS", "/no/such/folder"),
        ("EMULATOR_PUBLIC_URL", "e.example"),
        ("EMULATOR_PUBLIC_URL", "https://e.example/path"),
        ("EMULATOR_PUBLIC_URL", "ftp://e.example"),
        ("EMULATOR_PUBLIC_URL", "http://[::1"),
        ("EMULATOR_TRUSTED_PROXIES", "proxy"),
        ("EMULATOR_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("EMULATOR_WORKERS", "0"),
        ("EMULATOR_FIRST_USE", "yes"),
        ("EMULATOR_TLS", "true"),
        ("EMULATOR_TLS", "~/tls"),
        ("EMULATOR_TLS_NAMES", "http://a.test"),
        ("EMULATOR_TLS_NAMES", "a.*.test"),
        ("EMULATOR_SANDBOX_TTL", "0s"),
        ("EMULATOR_SANDBOX_TTL", "-5m"),
        ("EMULATOR_SANDBOX_TTL", "soon"),
        ("EMULATOR_SANDBOX_CAP", "0"),
        ("EMULATOR_BODY_LIMIT", "1.5m"),
        ("EMULATOR_BODY_LIMIT", "0k"),
        ("EMULATOR_LOG_FORMAT", "xml"),
        ("EMULATOR_LOG_LEVEL", "INFO"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(variable: str, text: str) -> None:
    """The sentence names the variable, what it must be and what it was."""
    told = refusal({variable: text})
    assert told.startswith(f"{variable} must ")
    assert told.endswith(f", not {text!r}")
    assert "\n" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("disk", "must be memory:, sqlite:<file> or redis://<host>:<port>/<number>"),
        ("sqlite:", "must be memory:, sqlite:<file> or redis://<host>:<port>/<number>"),
        ("sqlite::memory:", "must be memory:, sqlite:<file> or redis://<host>:<port>/<number>"),
        ("postgres://ann:fake-secret@host", "must be memory:, sqlite:<file> or redis://"),
        ("sqlite:e.db?synchronous=off", "takes after a file nothing but ?synchronous=full"),
        ("sqlite:e.db?mode=ro", "takes after a file nothing but ?synchronous=full"),
        ("redis://:fake-secret/1@host/0", "must be redis://<user>:<password>@<host>"),
        ("redis://:fake-secret#1@host/0", "must be redis://<user>:<password>@<host>"),
        ("redis://ann:1?fake-secret@host/0", "must be redis://<user>:<password>@<host>"),
        ("redis://:1#fake-secret@host/0", "must be redis://<user>:<password>@<host>"),
        ("redis://:fake-secret@[::1:6379/0", "must be redis://<user>:<password>@<host>"),
        ("redis://:fake-secret@host:99999", "must be redis://<user>:<password>@<host>"),
        ("redis://:fake-secret@host/one", "must end in the number of a database"),
    ],
)
def test_a_bad_ledger_is_refused_without_being_shown(text: str, told: str) -> None:
    """What it must be is said; what it was is not, for a password may be in it."""
    refused = refusal({"EMULATOR_LEDGER": text})
    assert refused.startswith(f"EMULATOR_LEDGER {told}")
    assert "fake-secret" not in refused


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sqlite:e.db?synchronous=full", "sqlite:e.db?synchronous=full"),
        ("sqlite:e.db?synchronous=normal", "sqlite:e.db"),
        ("redis://ann:fake@host:6379/1?x=y", "redis://ann:****@host:6379/1?x=y"),
        ("rediss://:fake@host/0", "rediss://:****@host/0"),
        ("redis://host/0", "redis://host/0"),
        ("redis://host/0?password=fake&x=y", "redis://host/0?password=****&x=y"),
        ("unix:///run/r.sock?db=1&password=fake", "unix:///run/r.sock?db=1&password=****"),
    ],
)
def test_a_ledger_is_shown_without_its_password(text: str, shown: str) -> None:
    """All else is shown as it would be set."""
    assert render_settings(read({"EMULATOR_LEDGER": text})) == {"EMULATOR_LEDGER": shown}


def test_a_bad_flag_is_named_as_a_flag() -> None:
    """Who wrote a flag is told of a flag."""
    assert refusal(sandbox_cap="x").startswith("--sandbox-cap must be ")


def test_a_token_comes_from_a_file(tmp_path: Path) -> None:
    """White space around the token, such as the last newline, does not count."""
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert read({"EMULATOR_CONTROL_TOKEN_FILE": str(file)}).control_token == TOKEN


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe"])
def test_a_token_file_without_one_token_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that holds something else is a mistake, and its content is not shown."""
    file = tmp_path / "token"
    file.write_bytes(content)
    assert refusal({"EMULATOR_CONTROL_TOKEN_FILE": str(file)}).startswith(
        "EMULATOR_CONTROL_TOKEN_FILE must name a file "
    )


def test_a_token_file_that_is_missing_is_refused() -> None:
    """The reason is the system's own."""
    told = refusal({"EMULATOR_CONTROL_TOKEN_FILE": "/no/such/file"})
    assert told == "EMULATOR_CONTROL_TOKEN_FILE can't be read: No such file or directory"


def test_a_token_given_twice_is_refused(tmp_path: Path) -> None:
    """Two sources of one setting leave open which counts."""
    file = tmp_path / "token"
    file.write_text(TOKEN)
    told = refusal(
        {"EMULATOR_CONTROL_TOKEN": TOKEN, "EMULATOR_CONTROL_TOKEN_FILE": str(file)},
    )
    assert told == ("EMULATOR_CONTROL_TOKEN_FILE and EMULATOR_CONTROL_TOKEN are both set: drop one")


def test_a_bad_token_is_not_told() -> None:
    """An error names the variable of a secret, never its value."""
    assert refusal({"EMULATOR_CONTROL_TOKEN": "two words"}) == (
        "EMULATOR_CONTROL_TOKEN must be printable ASCII without spaces"
    )


def test_keys_need_a_folder_with_keys(tmp_path: Path) -> None:
    """A folder counts when it holds JSON files."""
    (tmp_path / "own.json").write_text("{}")
    assert read({"EMULATOR_KEYS": str(tmp_path)}).keys == tmp_path


def test_what_is_shown_can_be_set_again_and_hides_secrets() -> None:
    """Shown are the settings that differ from their defaults, as they would be set."""
    environ = {
        "EMULATOR_PORT": "0",
        "EMULATOR_PROVIDERS": "zerohash",
        "EMULATOR_FIRST_USE": "off",
        "EMULATOR_SANDBOX_TTL": "10m",
        "EMULATOR_CONTROL_TOKEN": TOKEN,
    }
    settings = read(environ)
    shown = render_settings(settings)
    assert shown == {
        "EMULATOR_PORT": "0",
        "EMULATOR_PROVIDERS": "zerohash",
        "EMULATOR_FIRST_USE": "off",
        "EMULATOR_SANDBOX_TTL": "PT600S",
        "EMULATOR_CONTROL_TOKEN": "****",
    }
    again = read({**shown, "EMULATOR_CONTROL_TOKEN": TOKEN})
    assert msgspec.structs.asdict(again) == msgspec.structs.asdict(settings)


@pytest.mark.parametrize(
    ("host", "is_loopback", "url"),
    [
        ("127.0.0.1", True, "http://127.0.0.1:4600"),
        ("localhost", True, "http://localhost:4600"),
        ("::1", True, "http://[::1]:4600"),
        ("0.0.0.0", False, "http://127.0.0.1:4600"),  # noqa: S104
        ("::", False, "http://[::1]:4600"),
        ("192.0.2.7", False, "http://192.0.2.7:4600"),
        ("emulator.example", False, "http://emulator.example:4600"),
    ],
)
def test_an_address_says_who_reaches_it(host: str, is_loopback: bool, url: str) -> None:  # noqa: FBT001
    """Only loopback addresses are this machine's alone; every one has a URL from here."""
    settings = Settings(host=host)
    assert settings.is_loopback is is_loopback
    assert settings.url() == url
