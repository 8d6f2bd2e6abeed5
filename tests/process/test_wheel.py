"""The built wheel, installed into an empty environment: nothing of the checkout is at hand."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from emulator.control.console.files import read_files
from tests.process.running import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# The README's section, as a reader copies it.
TESTS = re.compile(r"^## Three tests.*?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the wheel and pytest."""
    home = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", home, ROOT, cwd=home)
    if built.returncode:
        pytest.skip(f"no wheel can be built here: {built.stderr[-300:]}")
    [wheel] = home.glob("*.whl")
    venv.create(home / "venv", with_pip=True)
    found = home / "venv" / "bin" / "python"
    given = run(found, "-m", "pip", "install", "-q", wheel, "pytest", "pytest-xdist", cwd=home)
    if given.returncode:
        pytest.skip(f"nothing can be installed here: {given.stderr[-300:]}")
    return found


def test_the_readmes_three_tests_pass_in_parallel(python: Path, tmp_path: Path) -> None:
    """In an empty folder, four workers, each with an emulator of its own."""
    [code] = TESTS.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    (tmp_path / "test_tokens.py").write_text(code, encoding="utf-8")
    done = run(python, "-m", "pytest", "-n", "4", "-W", "error", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_command_is_there(python: Path, tmp_path: Path) -> None:
    """With the fixtures, whose credentials it signs with where nothing runs."""
    done = run(python.with_name("token-emulator"), "sign", "GET", "/participants", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "X-SCX-API-KEY: FakeKeyAcmePrimary1111" in done.stdout


def test_the_console_is_in_it(python: Path, tmp_path: Path) -> None:
    """Every file that the checkout has, the wheel has too."""
    code = "from emulator.control.console.files import read_files; print(*sorted(read_files()))"
    done = run(python, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(read_files())


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command, without this checkout on its path."""
    own = environment()
    del own["PYTHONPATH"]
    return subprocess.run(  # noqa: S603 - our own commands
        command, cwd=cwd, env=own, capture_output=True, text=True, check=False
    )
