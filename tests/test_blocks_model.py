"""The block models as numpy runs them."""

import numpy as np
import pytest

from onrecord.models.blocks import BlockModel, load_block_models


def model(**weights):
    rng = np.random.default_rng(7)
    width = 4
    arrays = {
        "in.w": rng.normal(size=(3, width)),
        "in.b": np.zeros(width),
        "conv0.w": rng.normal(size=(3, width, width)),
        "conv0.b": np.zeros(width),
        "mix0.w": rng.normal(size=(3 * width, width)),
        "mix0.b": np.zeros(width),
        "out.w": rng.normal(size=(width, 4)),
        "out.b": np.zeros(4),
    }
    networks = ({key: value.astype(np.float32) for key, value in (arrays | weights).items()},)
    zero, one = np.zeros(3, np.float32), np.ones(3, np.float32)
    return BlockModel(name="test", mean=zero, scale=one, networks=networks, dilations=(1,))


def test_chances_of_each_line_add_up_to_one():
    features = np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32)
    chances = model().predict(features, [np.arange(9) % 2])
    assert chances.shape == (9, 4)
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert model().predict(features[:0], [np.zeros(0, np.int64)]).shape == (0, 4)


def test_lines_see_their_group_however_it_is_numbered():
    features = np.random.default_rng(2).normal(scale=0.1, size=(40, 3)).astype(np.float32)
    groups = np.repeat([3, 0, 7, 1], 10)
    chances = model().predict(features, [groups])
    assert np.allclose(chances, model().predict(features, [np.array([9, 5, 1, 0]).repeat(10)]), atol=1e-6)
    other = features.copy()
    other[39] += 0.5  # far from the first line, in another group; the page's mean is all that it changes there
    in_group = model().predict(other, [np.where(np.arange(40) == 39, 3, groups)])
    assert not np.allclose(in_group[0], model().predict(other, [groups])[0], atol=1e-4)


def test_torch_and_numpy_agree():
    torch = pytest.importorskip("torch")
    from training.blocks.network import Network

    torch.manual_seed(3)
    network = Network(5, (1, 2), groups=1, mixes=(1,), conventions=2).eval()
    torch.nn.init.normal_(network.conventions.weight)
    arrays = {key: value.astype(np.float32) for key, value in network.arrays(ours=1).items()}
    rng = np.random.default_rng(4)
    features, sizes = rng.normal(size=(12, 5)).astype(np.float32), rng.uniform(0.1, 3, 12).astype(np.float32)
    groups = rng.integers(0, 4, 12)
    zero, one = np.zeros(5, np.float32), np.ones(5, np.float32)
    ours = BlockModel(name="test", mean=zero, scale=one, networks=(arrays,), dilations=(1, 2))
    with torch.no_grad():
        scores = network(
            torch.from_numpy(features)[None],
            torch.ones(1, 12),
            torch.from_numpy(groups)[None, None],
            torch.from_numpy(sizes)[None],
            torch.tensor([1]),
        )[0]
    assert np.allclose(ours.predict(features, [groups], sizes), torch.softmax(scores, -1).numpy(), atol=2e-2)


def test_the_shipped_models_have_names():
    assert load_block_models().name.startswith("blocks-")
