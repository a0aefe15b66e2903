"""The hash tree is that of RFC 6962, and only the true way leads to its root."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.store.merkle import hash_leaf, inclusion_path, root_by_path, root_of

# Inputs and roots of the reference implementation of certificate transparency (google/certificate-transparency,
# merkletree/merkle_tree_test.cc).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_reference_implementation(size):
    assert root_of([hash_leaf(bytes.fromhex(one)) for one in INPUTS[:size]]).hex() == ROOTS[size]


@settings(deadline=None)
@given(size=st.integers(1, 70), data=st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_from_no_other(size, data):
    leaves = [hash_leaf(bytes([number])) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, leaves), root_of(leaves)
    assert root_by_path(leaves[index], index, size, path) == root
    assert root_by_path(hash_leaf(b"another"), index, size, path) != root
    if size > 1:
        assert root_by_path(leaves[index], (index + 1) % size, size, path) != root
        assert root_by_path(leaves[index], index, size, path[:-1]) != root
    assert root_by_path(leaves[index], index, size, (*path, root)) is None
    assert root_by_path(leaves[index], size, size, path) is None


@settings(deadline=None)
@given(size=st.integers(2, 70))
def test_another_order_is_another_root(size):
    leaves = [hash_leaf(bytes([number])) for number in range(size)]
    assert root_of(leaves) != root_of([leaves[1], leaves[0], *leaves[2:]])
