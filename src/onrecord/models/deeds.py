"""Which word tells a political event, who acts at whom, and which event stands between two parties, by their words.

Linear models over hashed signs (`models.clauses`, `models.sides`), beside what the encoder of the reader says. Run with
numpy. Trained by `training/deeds`; `data/deeds.md` is the model card.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from onrecord.errors import ReadError
from onrecord.models.clauses import Clause, WordSpan, pair_signs, word_signs
from onrecord.models.sides import nobody_signs, side_signs

__all__ = ["DeedModel", "load_deed_model", "numbers_of", "read_deed_model"]

Floats = NDArray[np.float32]


def numbers_of(signs: Iterable[str], size: int) -> NDArray[np.int64]:
    """The rows of a table of this size that signs stand for."""
    return np.array([crc32(sign.encode()) % size for sign in signs], dtype=np.int64)


class DeedModel(Struct, frozen=True, kw_only=True):
    """Weights of three models, whole numbers to be multiplied by the steps of their columns."""

    name: str
    telling: NDArray[np.int8]  # [signs, 1 + types]: no event, then the types of `meaning.EVENT_TYPES`
    telling_steps: Floats  # [1 + types]
    telling_bias: Floats
    between: NDArray[np.int8]  # [signs, types]; types that the data do not tell apart have the same scores
    between_steps: Floats
    between_bias: Floats
    sides: NDArray[np.int8]  # [signs, 2]: of actors and of recipients
    sides_steps: Floats  # [2]

    def tells(self, clause: Clause, at: int) -> Floats:
        """[types] how much likelier a word tells each event than none, in log odds; far below 0 if it cannot."""
        rows = numbers_of(word_signs(clause, at), len(self.telling))
        if not len(rows):
            return np.full(len(self.telling_steps) - 1, -20, np.float32)
        scores = self.telling[rows].sum(axis=0) * self.telling_steps + self.telling_bias
        return np.asarray(scores[1:] - scores[0], dtype=np.float32)

    def stands_between(self, clause: Clause, actor: WordSpan | None, recipient: WordSpan | None) -> Floats:
        """[types] how much speaks for each event between two parties, given by their words; margins, about -1 to 1."""
        signs = pair_signs(clause, actor, recipient)
        if not signs:
            return np.zeros(len(self.between_steps), np.float32)
        weights = np.fromiter(signs.values(), np.float32, len(signs))
        rows = self.between[numbers_of(signs, len(self.between))]
        scores = (weights @ rows) / np.linalg.norm(weights) * self.between_steps + self.between_bias
        return np.asarray(scores, dtype=np.float32)

    def takes_side(self, clause: Clause, trigger: int, mentions: Sequence[WordSpan]) -> Floats:
        """[1 + mentions, 2] how much speaks for nobody, or each mention, being the actor, and the recipient.

        Args:
            trigger: number of the word that tells the event, in the clause.
            mentions: words of the mentions of the clause, in text order.
        """
        signs = [nobody_signs(clause, trigger, mentions)]
        signs += [side_signs(clause, trigger, mention, mentions) for mention in mentions]
        scores = [self.sides[numbers_of(own, len(self.sides))].sum(axis=0) for own in signs]
        return np.asarray(np.stack(scores) * self.sides_steps, dtype=np.float32)


@lru_cache(maxsize=1)
def load_deed_model() -> DeedModel:
    """The weights that come with the package; read from disk once.

    Raises:
        ReadError: they are missing or damaged.
    """
    path = files("onrecord") / "data" / "deeds.npz"
    try:
        return read_deed_model(path.read_bytes())
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise ReadError(
            f"{path}: the weights of the model of deeds cannot be loaded ({error}). Reinstall onrecord."
        ) from error


def read_deed_model(data: bytes) -> DeedModel:
    """The model in the bytes of an .npz file that `training.deeds.train` wrote."""
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    return DeedModel(name=str(arrays.pop("name")), **arrays)
