"""A Dockerfile carried out without an engine: each stage a folder, its base image a fresh venv.

Knows the instructions that ours uses and fails on any other. Commands run in the stage's working
folder, so they may name files relative to it only.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

USER_ID = 10001
STEP_TIMEOUT_S = 180.0


def parse_dockerfile(text: str) -> list[tuple[str, str]]:
    """Instructions with their arguments, comments and continuations resolved."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    split = (line.split(None, 1) for line in joined.splitlines() if line.strip())
    return [(name.upper(), arguments.strip()) for name, arguments in split]


def find_python() -> str | None:
    """A Python that an unprivileged user can make a venv with, for the base image's."""
    test = "import sys, ensurepip; assert sys.version_info >= (3, 11)"
    for python in (getattr(sys, "_base_executable", sys.executable), "/usr/bin/python3"):
        # By way of a shell: what setpriv itself starts is still found with root's rights.
        probe = [*unprivileged(), "sh", "-c", f'"$0" -c "{test}"', python]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:  # noqa: S603
            return str(python)
    return None


def unprivileged() -> list[str]:
    """What a command is begun with so that root does not run it."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups", "--"]


@dataclass(slots=True)
class Stage:
    """One stage of a build. `root`: the folder that stands for its file system."""

    root: Path
    workdir: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    command: Sequence[str] = ()
    healthcheck: Sequence[str] = ()

    @property
    def folder(self) -> Path:
        """The working folder."""
        return self.path(self.workdir)

    def path(self, inside: str) -> Path:
        """Where a path of the stage lies on this machine."""
        return self.root / (Path(self.workdir) / inside).relative_to("/")

    def environment(self, **more: str) -> dict[str, str]:
        """What its commands see: nothing of ours but how to reach a package index."""
        pip = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_", "HTTP"))}
        path = f"{self.root / 'venv/bin'}:/usr/bin:/bin"
        return {**pip, "PATH": path, "HOME": str(self.root), **self.variables, **more}

    def run(self, command: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
        """Carry out a command in the working folder as an unprivileged user."""
        return subprocess.run(  # noqa: S603 - the Dockerfile's own
            [*unprivileged(), *command],
            cwd=self.folder,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=STEP_TIMEOUT_S,
        )


class Build:
    """The stages of a Dockerfile, carried out in `place` with files of `context`."""

    def __init__(self, place: Path, context: Path, python: str) -> None:
        self._place = place
        self._context = context
        self._python = python
        self._stages: dict[str, Stage] = {}
        self.last = Stage(place)
        self._steps: Mapping[str, Callable[[str], None]] = {
            "FROM": self._begin,
            "WORKDIR": self._enter,
            "COPY": self._copy,
            "RUN": self._run,
            "ENV": self._set,
            "USER": self._switch,
            "CMD": self._keep_command,
            "HEALTHCHECK": self._keep_healthcheck,
            "LABEL": self._skip,
            "EXPOSE": self._skip,
            "STOPSIGNAL": self._skip,
        }

    def carry_out(self, dockerfile: str) -> Stage:
        """Every step in order; the last stage."""
        for name, arguments in parse_dockerfile(dockerfile):
            self._steps[name](arguments)
        return self.last

    def _begin(self, arguments: str) -> None:
        """A base image: an empty folder and a venv."""
        image, _, name = arguments.partition(" AS ")
        assert re.fullmatch(r"python:3\.\d+-slim", image), f"no slim Python: {image}"
        self.last = Stage(self._place / f"stage{len(self._stages)}")
        self._stages[name or image] = self.last
        self._own(self.last.root)
        self._check([self._python, "-m", "venv", "--copies", str(self.last.root / "venv")])

    def _enter(self, arguments: str) -> None:
        self.last.workdir = arguments
        self._own(self.last.folder)

    def _copy(self, arguments: str) -> None:
        """Folders are copied by content, as an engine does."""
        words = arguments.split()
        source = self._context
        if words[0].startswith("--from="):
            source = self._stages[words.pop(0).removeprefix("--from=")].root
        *names, target = words
        for name in names:
            item = source / name.lstrip("/")
            place = self.last.path(target)
            if item.is_dir():
                shutil.copytree(item, place, dirs_exist_ok=True)
            else:
                shutil.copy(item, place / item.name if place.is_dir() else place)
        self._own(self.last.root)

    def _run(self, arguments: str) -> None:
        self._check(["sh", "-ec", arguments])

    def _set(self, arguments: str) -> None:
        self.last.variables |= dict(word.split("=", 1) for word in shlex.split(arguments))

    def _switch(self, arguments: str) -> None:
        self.last.user = arguments

    def _keep_command(self, arguments: str) -> None:
        self.last.command = json.loads(arguments)

    def _keep_healthcheck(self, arguments: str) -> None:
        self.last.healthcheck = json.loads(arguments.partition("CMD ")[2])

    def _skip(self, arguments: str) -> None:
        """What only an engine needs."""

    def _check(self, command: Sequence[str]) -> None:
        ended = self.last.run(command)
        assert ended.returncode == 0, f"{command}: {ended.stdout[-2000:]}{ended.stderr[-2000:]}"

    @staticmethod
    def _own(folder: Path) -> None:
        """Make a folder, its parents and content the unprivileged user's."""
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, USER_ID, USER_ID, follow_symlinks=False)
