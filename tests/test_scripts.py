"""./onrecord and ./check: what they do before Python runs. Installing for real is left to continuous integration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = ["onrecord", "check", ".ci/run", "scripts/environment.sh"]

# A Python that installs nothing: `-m venv` copies it into place, `-m pip` writes down that it was called.
FAKE_PYTHON = """#!/bin/sh
log=${FAKE_LOG:?}
case "$*" in
    *find_spec*) echo "${FAKE_ANSWER-able Python 3.12.1 at $0}"; exit "${FAKE_PROBE:-0}" ;;
    *version_info*) exit 0 ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    "-m pip --version") exit 0 ;;
    "-m pip install "*) echo "install $*" >>"$log"; sleep "${FAKE_SLEEP:-0}"
        echo "Collecting apsw<4,>=3.46 (from onrecord)"; [ "${FAKE_FAIL:-no}" = no ] || { echo "no route"; exit 1; } ;;
    *) echo "ran in $(pwd): $*" ;;
esac
"""


class Checkout:
    """The scripts in a folder of their own, with `fake` as the only Python."""

    def __init__(self, folder: Path) -> None:
        self.root, self.bin, self.log = folder / "a checkout", folder / "bin", folder / "log"
        (self.root / "scripts").mkdir(parents=True)
        self.bin.mkdir()
        for name in ["onrecord", "scripts/environment.sh", "pyproject.toml"]:
            shutil.copy(ROOT / name, self.root / name)
        self.put("python3", FAKE_PYTHON)
        for tool in ["sh", "sed", "cksum", "date", "mkdir", "rm", "cp", "tail", "cat", "flock", "sleep", "readlink"]:
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)

    def put(self, name: str, script: str) -> None:
        (self.bin / name).write_text(script, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def start(
        self, *args: str, script: Path | None = None, cwd: Path | None = None, **env: str
    ) -> subprocess.Popen[str]:
        env = {"PATH": str(self.bin), "FAKE_LOG": str(self.log), **env}
        command = [str(script or self.root / "onrecord"), *args]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=cwd or self.root, env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def call(self, *args: str, **options) -> tuple[int, str, str]:
        with self.start(*args, **options) as process:
            out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    @property
    def installations(self) -> int:
        return len(self.log.read_text(encoding="utf-8").splitlines()) if self.log.exists() else 0


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("shell", ["sh", "bash", "dash"])
def test_the_scripts_are_plain_posix_shell(shell, name):
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    assert subprocess.run([shell, "-n", ROOT / name], check=False).returncode == 0


@pytest.mark.parametrize("name", ["onrecord", "check", ".ci/run"])
def test_the_commands_can_be_run(name):
    assert os.access(ROOT / name, os.X_OK)


def test_the_first_call_installs_and_says_so_on_standard_error_only(checkout):
    status, out, err = checkout.call("read", "a page.html")
    assert (status, out) == (0, f"ran in {checkout.root}: -P -m onrecord read a page.html\n")
    assert "first use: making .venv with Python 3.12.1" in err
    assert " apsw" in err
    assert checkout.installations == 1


def test_the_second_call_installs_nothing_and_says_nothing(checkout):
    checkout.call("try")
    status, out, err = checkout.call("try")
    assert (status, err, checkout.installations) == (0, "", 1)
    assert out.endswith("-P -m onrecord try\n")


def test_the_folder_one_stands_in_stays_the_working_folder(checkout, tmp_path):
    assert checkout.call("read", "x", cwd=tmp_path)[1].startswith(f"ran in {tmp_path}:")


@pytest.mark.parametrize("relative", [True, False])
def test_it_can_be_called_through_a_link(checkout, tmp_path, relative):
    target = "../a checkout/onrecord" if relative else str(checkout.root / "onrecord")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/onrecord").symlink_to(target)
    (tmp_path / "again").symlink_to("elsewhere/onrecord")
    assert checkout.call("x", script=tmp_path / "again", cwd=tmp_path)[0] == 0
    assert (checkout.root / ".venv").is_dir()


def test_a_changed_dependency_is_installed_and_a_changed_tool_setting_is_not(checkout):
    checkout.call()
    pyproject = checkout.root / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(text.replace("line-length = 120", "line-length = 100"), encoding="utf-8")
    checkout.call()
    assert checkout.installations == 1
    pyproject.write_text(text.replace('"apsw>=3.46', '"apsw>=3.47'), encoding="utf-8")
    checkout.call()
    assert checkout.installations == 2


def test_a_failed_installation_shows_its_log_and_is_started_again(checkout):
    status, out, err = checkout.call("try", FAKE_FAIL="yes")
    assert (status, out) == (3, "")
    assert "no route" in err
    assert "run the same command again" in err
    status, _, err = checkout.call("try")
    assert status == 0
    assert "did not finish; starting it again" in err


def test_an_environment_whose_python_is_gone_is_made_again(checkout):
    checkout.call()
    (checkout.root / ".venv/bin/python").unlink()
    assert checkout.call()[0] == 0
    assert checkout.installations == 2


def test_a_checkout_that_was_moved_gets_a_new_environment(checkout):
    checkout.call()
    (checkout.root / ".venv/old-thing").touch()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert checkout.call()[0] == 0
    assert not (checkout.root / ".venv/old-thing").exists()


def test_an_environment_that_somebody_else_made_is_used_and_never_removed(checkout):
    (checkout.root / ".venv/bin").mkdir(parents=True)
    (checkout.root / ".venv/mine").touch()
    shutil.copy(checkout.bin / "python3", checkout.root / ".venv/bin/python")
    checkout.call(FAKE_FAIL="yes")
    assert checkout.call()[0] == 0
    assert (checkout.root / ".venv/mine").exists()


def test_a_broken_environment_that_somebody_else_made_is_left_alone(checkout):
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv/mine").touch()
    status, _, err = checkout.call()
    assert status == 3
    assert "was not made by onrecord" in err
    assert (checkout.root / ".venv/mine").exists()


@pytest.mark.parametrize("with_flock", [True, False])
def test_two_first_calls_at_once_install_once(checkout, with_flock):
    if not with_flock:
        (checkout.bin / "flock").unlink(missing_ok=True)
    first = checkout.start("one", FAKE_SLEEP="1")
    time.sleep(0.3)
    second = checkout.start("two", FAKE_SLEEP="1")
    for process in (first, second):
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert checkout.installations == 1


def test_a_lock_whose_holder_died_is_taken_over(checkout):
    (checkout.bin / "flock").unlink(missing_ok=True)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (checkout.root / ".venv.lock.d").mkdir()
    (checkout.root / ".venv.lock.d/process").write_text(f"{dead.pid}\n", encoding="utf-8")
    assert checkout.call()[0] == 0


def test_without_a_new_enough_python_it_says_what_to_do(checkout):
    status, out, err = checkout.call(FAKE_PROBE="1")
    assert (status, out) == (3, "")
    assert "Python 3.11 or newer is needed" in err
    assert "ONRECORD_PYTHON=" in err
    assert not (checkout.root / ".venv").exists()


def test_a_python_that_cannot_make_environments_is_named_with_the_package_that_helps(checkout):
    status, _, err = checkout.call(FAKE_ANSWER="bare Python 3.11.2 at /usr/bin/python3.11")
    assert status == 3
    assert "Python 3.11.2 at /usr/bin/python3.11 cannot make environments" in err
    assert "apt install python3-venv" in err


def test_a_command_that_only_looks_like_python_is_passed_over(checkout):
    checkout.put("python3.13", "#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n")
    assert checkout.call()[0] == 0


def test_a_python_can_be_named(checkout):
    checkout.put("my-python", FAKE_PYTHON)
    assert "my-python" in checkout.call(ONRECORD_PYTHON="my-python")[2]


def test_a_python_that_is_named_and_unfit_is_an_error(checkout):
    status, _, err = checkout.call(ONRECORD_PYTHON="/nowhere/python9")
    assert status == 3
    assert "ONRECORD_PYTHON=/nowhere/python9" in err


def test_where_uv_fails_pip_takes_over(checkout):
    checkout.put("uv", "#!/bin/sh\necho 'uv: offline' >&2\nexit 2\n")
    status, _, err = checkout.call()
    assert (status, checkout.installations) == (0, 1)
    assert "trying with pip" in err


def test_a_start_of_the_launcher_costs_little(checkout):
    checkout.call()
    begun = time.perf_counter()
    for _ in range(5):
        checkout.call()
    assert (time.perf_counter() - begun) / 5 < 0.25  # a few milliseconds on an idle machine


def test_check_knows_its_arguments():
    done = subprocess.run([ROOT / "check", "--fats"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--fats" in done.stderr
    done = subprocess.run([ROOT / "check", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--fast" in done.stdout


def test_what_decides_on_a_new_installation_stands_above_the_tools_settings():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    above = tomllib.loads(text[: text.index("\n[tool.")])
    assert {"build-system", "project", "dependency-groups"} <= set(above)
    assert above.keys() | {"tool"} == tomllib.loads(text).keys()
