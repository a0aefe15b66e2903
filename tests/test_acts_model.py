"""The act model as numpy runs it."""

from importlib.resources import files

import numpy as np
import pytest

from onrecord.models.acts import ACTS, ActModel, Wording, bag_of, load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.records import Act

WIDTH, LINKS = 5, 6


def embed(pieces):
    return np.sin(np.outer(np.asarray(pieces) + 1, np.arange(1, WIDTH + 1))).astype(np.float32)


def wording(content="to rebuild the port", cue="vowed", *, content_pieces=(3, 4, 5, 6), cue_pieces=(7,), seed=0):
    links = np.random.default_rng(seed).normal(size=2 * LINKS).astype(np.float32)
    pieces = (np.array(ids, np.int64) for ids in (content_pieces, cue_pieces))
    return Wording("Moren", cue, content, False, False, Act.COMMIT, links, *pieces, np.zeros(len(Act), np.float32))


def model(networks=1):
    rng = np.random.default_rng(7)

    def weights():
        shapes = {
            "read.w": (2 * LINKS + 2 * WIDTH, 3),
            "read.b": 3,
            "content.w": (WIDTH, 4),
            "content.b": 4,
            "cue.w": (WIDTH, 2),
            "cue.b": 2,
            "out.w": (9, len(ACTS)),
            "out.b": len(ACTS),
        }
        return {key: rng.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}

    signs = rng.normal(scale=0.1, size=(64, len(ACTS))).astype(np.float32)
    return ActModel(name="test", reader="test", signs=signs, networks=tuple(weights() for _ in range(networks)))


def test_a_statement_is_judged_alike_alone_and_among_others():
    wordings = [
        wording(),
        wording("snow", "", content_pieces=[9], cue_pieces=[], seed=1),
        wording("", "said", content_pieces=[], seed=2),
        *(wording(f"word {n}", content_pieces=range(n + 1), seed=n) for n in range(90)),
    ]
    chances = model(2).predict(wordings, embed)
    assert chances.shape == (93, len(ACTS))
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    alone = np.concatenate([model(2).predict([each], embed) for each in wordings])
    assert np.allclose(chances, alone, atol=1e-5)
    assert model().predict([], embed).shape == (0, len(ACTS))


def test_one_fitting_word_is_enough_wherever_it_stands():
    ours = model()
    pieces = [3, 4, 5, 6]
    chances = ours.predict([wording(content_pieces=pieces), wording(content_pieces=pieces[::-1])], embed)
    assert np.allclose(chances[0], chances[1], atol=1e-6)


def test_a_bag_holds_each_sign_once_and_tells_words_of_cue_and_content_apart():
    bag = bag_of(wording("rain rain rain"), 8192)
    assert list(bag) == sorted(set(bag.tolist()))
    assert bag.max() < 8192
    assert set(bag.tolist()) != set(bag_of(wording("vowed", "rain rain rain"), 8192).tolist())
    assert set(bag.tolist()) != set(bag_of(wording("rain rain rain")._replace(passes_on=True), 8192).tolist())


def test_torch_and_numpy_agree():
    torch = pytest.importorskip("torch")
    from training.acts.data import Example
    from training.acts.network import SIGNS, Material, Network

    torch.manual_seed(3)
    wordings = [wording(), wording("snow", "", content_pieces=[9], cue_pieces=[], seed=1)]
    material = Material([Example("a", each, 0, held_out=False) for each in wordings], embed)
    rng = np.random.default_rng(5)
    read, pieces = (
        (rng.normal(size=n).astype(np.float32), rng.uniform(0.5, 2, n).astype(np.float32))
        for n in (2 * LINKS + 2 * WIDTH, WIDTH)
    )
    network = Network(read, pieces).eval()
    torch.nn.init.normal_(network.signs.weight, std=0.1)
    ours = ActModel(name="t", reader="t", signs=network.signs.weight.detach().numpy(), networks=(network.arrays(),))
    assert len(ours.signs) == SIGNS
    with torch.no_grad():
        theirs = network(material.batch([0, 1])).softmax(dim=1).numpy()
    assert np.allclose(ours.predict(wordings, embed), theirs, atol=1e-5)


def test_the_shipped_weights_are_small_and_know_the_shipped_reader():
    assert load_act_model().reader == load_attribution_model(threads=1).name
    assert len((files("onrecord") / "data" / "acts.npz").read_bytes()) <= 1_000_000
