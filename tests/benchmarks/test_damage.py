"""The measurement of damaged archives, on few of them: all that is whole is read, and every loss is told."""

from __future__ import annotations

from benchmarks.damage import DAMAGES, FORMS, main, measure, shares


def test_all_undamaged_pages_come_out_and_every_loss_is_named(tmp_path):
    for kind, counts in measure(2 * len(DAMAGES) * len(FORMS), tmp_path, peers=()).items():
        told = shares(counts)
        assert (kind, told["recovered"], told["silent"]) == (kind, 1, 0)
        assert told["lost"] + told["gone"] > 0


def test_the_command_ends_well(capsys):
    assert main(["--files", "12"]) == 0
    assert capsys.readouterr().out.startswith("plain, byte ")
