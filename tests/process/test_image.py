import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.process.dockerfile import Build, Stage, find_python, parse_dockerfile, unprivileged
from tests.process.running import ROOT, Running, read_banner

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def copy_context(place: Path) -> Path:
    """What .dockerignore lets into the build: it begins with everything and lets some back in."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] != "#"]
    assert lines[0] == "*"
    for name in (line[1:] for line in lines if line.startswith("!")):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / name)
    return place


@pytest.fixture(scope="module")
def image() -> Iterator[Stage]:
    """The last stage, built step by step as an unprivileged user, then made read-only."""
    python = find_python()
    if python is None:
        pytest.skip("no Python here that an unprivileged user can make a venv with")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        context = place / "context"
        context.mkdir()
        stage = Build(place, copy_context(context), python).carry_out(DOCKERFILE)
        subprocess.run(["chmod", "-R", "a-w", str(stage.root)], check=True)  # noqa: S603, S607
        yield stage
        subprocess.run(["chmod", "-R", "u+w", str(stage.root)], check=True)  # noqa: S603, S607


@contextmanager
def run_image(stage: Stage, **variables: str) -> Iterator[Running]:
    """The image's command, on any free port."""
    process = subprocess.Popen(  # noqa: S603 - the Dockerfile's own
        [*unprivileged(), *stage.command],
        cwd=stage.folder,
        env=stage.environment(EMULATOR_PORT="0", TMPDIR=str(stage.root), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        banner = read_banner(process)
        address = next(word for word in banner.split() if word.startswith("http://"))
        yield Running(process, banner, address)
    finally:
        process.kill()
        process.communicate()


def list_files(stage: Stage) -> Mapping[Path, int]:
    """Every file with the time of its last change."""
    return {path: path.lstat().st_mtime_ns for path in stage.root.rglob("*")}


def test_the_image_serves_and_writes_nothing(image: Stage) -> None:
    """On a read-only file system it serves on all interfaces, is healthy, and stops at once."""
    before = list_files(image)
    with run_image(image, EMULATOR_CONTROL_TOKEN="fake-control-token") as running:
        assert httpx.get(f"{running.url}/zerohash/time").status_code == 200
        health = image.run(image.healthcheck, EMULATOR_PORT=str(running.port))
        assert (health.returncode, health.stderr) == (0, "")
        ended = running.stop()
    assert (ended.code, ended.err) == (0, "")
    assert ended.within_s < 1.0
    assert list_files(image) == before
    assert image.run(image.healthcheck, EMULATOR_PORT=str(running.port)).returncode == 1


def test_the_image_speaks_tls(image: Stage) -> None:
    """On the read-only file system as well, where no file can be made for a certificate."""
    with run_image(
        image, EMULATOR_CONTROL_TOKEN="fake-control-token", EMULATOR_TLS="on"
    ) as running:
        url = next(word for word in running.banner.split() if word.startswith("https://"))
        root = httpx.get(f"{running.url}/_emulator/ca.pem").text
        trusted = ssl.create_default_context(cadata=root)
        assert httpx.get(f"{url}/zerohash/time", verify=trusted).status_code == 200


def test_the_image_is_compiled_and_lean(image: Stage) -> None:
    """Each module of ours has its bytecode; no source folder and no wheel is left over."""
    package = next((image.root / "venv").rglob("site-packages/emulator"))
    sources = list(package.rglob("*.py"))
    assert sources
    for source in sources:
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")), source
    assert (package / "_fixtures" / "zerohash.yaml").exists()
    assert list(image.folder.iterdir()) == [image.folder / "authority"]
    assert list((image.folder / "authority").iterdir()) == []


def test_the_user_is_a_number_other_than_roots(image: Stage) -> None:
    """Orchestrators that forbid root can see that it is none."""
    user, _, group = image.user.partition(":")
    assert int(user) > 0
    assert int(group) > 0


def test_the_health_check_needs_no_other_tool() -> None:
    """The command asks itself: the slim image has no curl."""
    steps = dict(parse_dockerfile(DOCKERFILE))
    assert "curl" not in DOCKERFILE.split("FROM")[2]
    assert '["token-emulator", "healthcheck"]' in steps["HEALTHCHECK"]


def test_nobody_here_is_root() -> None:
    """The steps ran without root's rights, whoever runs the tests."""
    told = subprocess.run([*unprivileged(), "id", "-u"], capture_output=True, text=True, check=True)  # noqa: S603
    assert int(told.stdout) != 0
