"""What the block model is told of a page's blocks."""

import numpy as np

from onrecord.clean.scan import scan_page
from onrecord.clean.structure import GROUPS, PAGE_FEATURES, describe_page

PAGE = """<body><nav class="menu"><a href="/">Home</a></nav><article class="story-body"><h1>Nordvik closes pier</h1>
<p>The council said on Monday that it would close the pier by the end of the month.</p>
<p>The ministry declined to comment on the closure but said that talks would go on.</p></article></body>"""


def test_a_row_of_features_for_each_block(lexicon):
    blocks = scan_page(PAGE)
    view = describe_page(blocks, [], lexicon)
    assert view.features.shape == (len(blocks), PAGE_FEATURES)
    assert view.groups.shape == (GROUPS, len(blocks))
    assert np.isfinite(view.features).all()
    assert view.features.max() < 8


def test_blocks_of_one_element_are_one_group(lexicon):
    groups = describe_page(scan_page(PAGE), [], lexicon).groups
    nav, heading, first, second = groups[0]
    assert heading == first == second != nav


def test_a_page_without_blocks(lexicon):
    view = describe_page([], ["a stated body"], lexicon)
    assert view.features.shape == (0, PAGE_FEATURES)


def test_what_json_ld_states_is_told_of_each_block(lexicon):
    blocks = scan_page(PAGE.replace("the month.", "the month. " + "More was said at length by many people. " * 12))
    stated = describe_page(blocks, [blocks[2].text], lexicon).features[:, -2]
    assert stated.tolist() == [0, 0, 1, 0]
