"""What a user might take instead: the npm package oauth2-mock-server, if npm can install it."""

import shutil
import subprocess
from pathlib import Path

from load import Shot, render_request
from process import Program

PACKAGE = "oauth2-mock-server"
INSTALL_TIMEOUT_S = 180.0


class MissingError(Exception):
    """The comparator can't be had here; the text says why."""


def _find(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise MissingError(f"{tool} is not installed")
    return path


def _run_npm(npm: str, home: Path) -> None:
    home.mkdir(exist_ok=True)
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    try:
        done = subprocess.run(
            [npm, "install", *options, "--prefix", str(home), PACKAGE],
            cwd=home,
            capture_output=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MissingError(f"npm took longer than {INSTALL_TIMEOUT_S:.0f} s") from None
    if done.returncode != 0:
        raise MissingError(f"npm could not install it (exit code {done.returncode})")


def install(folder: Path) -> Program:
    """The comparator as a program, installed below the folder on first use.

    Raises:
        MissingError: where npm or node is missing, or npm can't install the package.
    """
    npm, node = _find("npm"), _find("node")
    home = folder / PACKAGE
    script = home / "node_modules" / ".bin" / PACKAGE
    if not script.exists():
        _run_npm(npm, home)
    return Program(
        PACKAGE,
        lambda port: [node, str(script), "-a", "127.0.0.1", "-p", str(port)],
        "/.well-known/openid-configuration",
    )


def aim_token(port: int) -> Shot:
    """One client-credentials token."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"grant_type=client_credentials"
    return Shot(render_request("POST", port, "/token", body, headers), 200)
