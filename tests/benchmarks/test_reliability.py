import pytest

from benchmarks.reliability import Bin, diagram, expected_calibration_error, precision_at_recall, reliability

HALF_RIGHT = [(0.5, True), (0.5, False)] * 10


def test_confidence_that_comes_true_has_no_error():
    assert expected_calibration_error(HALF_RIGHT) == 0
    assert reliability(HALF_RIGHT) == [Bin(20, 0.5, 0.5)]


def test_the_error_is_the_distance_weighted_by_size():
    judged = [(0.9, False)] * 3 + [(0.1, False)]
    assert expected_calibration_error(judged) == pytest.approx((3 * 0.9 + 0.1) / 4)
    assert expected_calibration_error([]) == 0


def test_full_confidence_has_its_place_in_the_last_bin():
    assert reliability([(1.0, True), (0.95, False)]) == [Bin(2, 0.975, 0.5)]


def test_precision_is_that_of_the_surest_ones_which_reach_the_recall():
    judged = [(0.9, True), (0.8, True), (0.7, False), (0.6, True)]
    assert precision_at_recall(judged, 5, least_recall=0.4) == (1.0, 0.8)
    assert precision_at_recall(judged, 5, least_recall=0.6) == (0.75, 0.6)
    assert precision_at_recall(judged, 5, least_recall=0.8) == (0.0, 0.0)


def test_the_diagram_has_a_line_for_each_bin():
    assert len(diagram([(0.1, False), (0.9, True)]).splitlines()) == 2
