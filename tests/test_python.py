"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import onrecord
from onrecord.errors import MissingInput, UsageError
from onrecord.records import Rejected


def test_the_public_names():
    assert onrecord.__all__ == ["__version__", "open", "read", "read_all"]
    assert onrecord.__version__ == version("onrecord")


def test_import_loads_nothing_else():
    script = "import sys, onrecord; print({'msgspec', 'numpy', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], check=True, timeout=30, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_read_stays_a_function_whatever_is_imported():
    import onrecord.pipeline

    assert callable(onrecord.read)
    assert onrecord.read.__doc__.startswith("The reading of one page")


def test_a_page_that_cannot_be_read_raises_its_error(tmp_path):
    with pytest.raises(MissingInput) as caught:
        onrecord.read(tmp_path / "gone.html")
    assert caught.value.path == str(tmp_path / "gone.html")


def test_several_pages_are_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="read_all"):
        onrecord.read(tmp_path_with_two_bad_pages(tmp_path))


def tmp_path_with_two_bad_pages(folder):
    (folder / "a").write_bytes(b"")
    (folder / "b").write_bytes(b"")
    return folder


def test_read_all_gives_rejections_in_their_place(tmp_path):
    results = list(onrecord.read_all([tmp_path / "one", str(tmp_path / "two")]))
    assert [type(result) for result in results] == [Rejected, Rejected]
    assert [result.path for result in results] == [str(tmp_path / "one"), str(tmp_path / "two")]


def test_one_path_is_as_good_as_a_list(tmp_path):
    assert len(list(onrecord.read_all(tmp_path / "one"))) == 1
