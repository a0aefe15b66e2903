"""The reader's network in torch: MiniLM encoder, heads for attribution on each layer, acts, mentions and events.

Architecture of the encoder: Devlin et al. 2019 (BERT), weights all-MiniLM-L6-v2 (Apache-2.0). Written out here, since
training needs 80 lines of it and the export builds the same graph for onnxruntime.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HIDDEN, LAYERS, HEADS, INNER = 384, 6, 12, 1536
DEPTHS = 3  # layers of attribution: outer, nested, nested twice
TAGS = 7  # O, B/I-source, B/I-cue, B/I-content
LINK = 96
ACT, SAME, ROLE = 48, 32, 32  # sizes of the vectors of acts, of mentions that mean the same, of an event's parties
ACTS, MENTIONS, EVENTS, MODALITIES = 14, 14, 17, 5  # labels; two layers of seven for mentions, none and 16 for events
MENTION_LAYER = 5  # of the encoder, from which mentions are told: the last ones know more of statements than of names
REST = {"acts": ACT, "events": EVENTS, "modality": MODALITIES, "roles": 4 * ROLE}
NAMED = {"mentions": MENTIONS, "same": 4 * SAME}
WEIGHT_STEPS = 64  # of int8's 127: more would overflow 16 bits on processors without VNNI instructions
BUCKETS = 18  # signed distance in words, see `bucket`
CONVENTIONS = 2  # 0: PolNeAR, 1: onrecord's gold


class Int8Linear(nn.Linear):
    """A linear map that can act as its int8 form does: 7-bit weights by output channel, 8-bit inputs by tensor.

    Source: Jacob et al. 2018, "Quantization and Training of Neural Networks"; gradients pass straight through.
    """

    is_rounded = False

    def forward(self, x: Tensor) -> Tensor:
        if not self.is_rounded:
            return super().forward(x)
        with torch.no_grad():
            step = self.weight.abs().amax(dim=1, keepdim=True) / WEIGHT_STEPS
            weight_error = (self.weight / step).round() * step - self.weight
            low, high = torch.aminmax(x.float())
            scale = (high.clamp(min=0) - low.clamp(max=0)) / 255
            input_error = (x.float() / scale).round() * scale - x.float()
        return F.linear(x + input_error.to(x.dtype), self.weight + weight_error, self.bias)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = Int8Linear(HIDDEN, 3 * HIDDEN)
        self.out = Int8Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = Int8Linear(HIDDEN, INNER)
        self.down = Int8Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.out(mixed.transpose(1, 2).reshape(batch, length, HIDDEN)))
        return self.norm2(x + self.down(F.gelu(self.up(x))))


class Reader(nn.Module):
    """Inputs are piece-level, [batch, length]; outputs are piece-level, read at each word's first piece."""

    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(30522, HIDDEN)
        self.position = nn.Embedding(512, HIDDEN)
        self.kind = nn.Embedding(2, HIDDEN)
        self.shape = nn.Embedding(6, HIDDEN)
        self.line = nn.Embedding(3, HIDDEN)
        self.quote = nn.Embedding(4, HIDDEN)
        self.convention = nn.Embedding(CONVENTIONS, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.tags = nn.Linear(HIDDEN, DEPTHS * TAGS)
        # cue as target of content, content's first and last word; cue as target of source, source
        self.links = nn.Linear(HIDDEN, 5 * LINK)
        self.null = nn.Parameter(torch.zeros(2))
        self.distance = nn.Parameter(torch.zeros(2, BUCKETS))
        self.rest = nn.Linear(HIDDEN, sum(REST.values()))
        self.named = nn.Linear(HIDDEN, sum(NAMED.values()))
        self.act = nn.Linear(2 * ACT, ACTS)
        # of mentions that mean the same, an event's actors, its recipients
        self.party_null = nn.Parameter(torch.zeros(3))
        self.party_distance = nn.Parameter(torch.zeros(3, BUCKETS))
        self.drop = nn.Dropout(0.1)
        for extra in (self.shape, self.line, self.quote, self.convention):
            nn.init.zeros_(extra.weight)

    def round_as_int8(self) -> None:
        """From now on compute as the exported network does, so that training can make up for the rounding."""
        for module in self.modules():
            if isinstance(module, Int8Linear):
                module.is_rounded = True

    def embed(self, ids: Tensor, features: Tensor, convention: Tensor) -> Tensor:
        """`features` is [3, batch, length]: shape, line break, quotation."""
        positions = self.position.weight[: ids.shape[1]]
        x = self.word(ids) + positions + self.kind.weight[0]
        x = x + self.shape(features[0]) + self.line(features[1]) + self.quote(features[2])
        return x + self.convention(convention)[:, None, :]

    def forward(
        self, ids: Tensor, features: Tensor, convention: Tensor, lengths: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Scores of tags, vectors of links, and what `REST` and `NAMED` list, each [batch, length, size]."""
        x = self.norm(self.embed(ids, features, convention))
        mask = (torch.arange(ids.shape[1])[None, :] < lengths[:, None])[:, None, None, :]
        named = x
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, mask)
            named = x if number == MENTION_LAYER else named
        x = self.drop(x)
        return self.tags(x), self.links(x), self.rest(x), self.named(self.drop(named))

    def link_scores(self, links: Tensor, content: Tensor, source: Tensor, cues: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of one window: content pieces x (none + cues), cues x (none + sources).

        Args:
            links: [length, 5 * LINK] of the window.
            content: [n, 2] piece positions of first and last word; source: [m]; cues: [k].
        """
        to_cue, head, tail, to_source, origin = links.float().split(LINK, dim=-1)
        scale = LINK**-0.5
        c = (head[content[:, 0]] + tail[content[:, 1]]) @ to_cue[cues].T * scale
        c = c + self.distance[0][bucket(content[:, 0, None] - cues[None, :])]
        s = to_source[cues] @ origin[source].T * scale
        s = s + self.distance[1][bucket(source[None, :] - cues[:, None])]
        return (
            torch.cat([self.null[0].expand(len(content), 1), c], 1),
            torch.cat([self.null[1].expand(len(cues), 1), s], 1),
        )

    def act_scores(self, acts: Tensor, told: list[tuple[list[int], list[int]]]) -> Tensor:
        """Scores of the acts of one window's statements, given the pieces of content and cue of each."""
        empty = acts.new_zeros(ACT)
        pooled = [
            torch.cat([acts[pieces].mean(0) if pieces else empty for pieces in (content, cue)]) for content, cue in told
        ]
        return self.act(torch.tanh(torch.stack(pooled)))

    def same_scores(self, same: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """[n, 1 + n]: nothing before, or which mention of the window, each mention means; later ones have no chance."""
        head, tail, head_before, tail_before = same.split(SAME, dim=-1)
        scores = (head[first] + tail[last]) @ (head_before[first] + tail_before[last]).T * SAME**-0.5
        scores = scores + self.party_distance[0][bucket(first[None, :] - first[:, None])]
        later = torch.ones_like(scores, dtype=torch.bool).triu()
        none = self.party_null[0].expand(len(first), 1)
        return torch.cat([none, scores.masked_fill(later, -1e4)], 1)

    def party_scores(self, roles: Tensor, triggers: Tensor, parties: Tensor, which: int) -> Tensor:
        """[triggers, 1 + parties]: no party, or which; `which` is 0 for actors, 1 for recipients."""
        to, of = roles.split(ROLE, dim=-1)[2 * which : 2 * which + 2]
        scores = to[triggers] @ of[parties].T * ROLE**-0.5
        scores = scores + self.party_distance[1 + which][bucket(parties[None, :] - triggers[:, None])]
        return torch.cat([self.party_null[1 + which].expand(len(triggers), 1), scores], 1)


def bucket(distance: Tensor) -> Tensor:
    """Signed distance in pieces -> 0..17: nine sizes (1, 2, 3-4, 5-8 ... over 128) before and after."""
    size = torch.log2(distance.abs().clamp(min=1).float()).ceil().long().clamp(max=8)
    return torch.where(distance < 0, size, size + 9)


def load_minilm(reader: Reader, weights: dict[str, Tensor]) -> None:
    """Copy sentence-transformers' safetensors into the network; every tensor of the encoder must be there."""

    def copy(target: nn.Module, name: str) -> None:
        for part in ("weight", "bias"):
            if getattr(target, part, None) is not None:
                getattr(target, part).data.copy_(weights[f"{name}.{part}"])

    copy(reader.word, "embeddings.word_embeddings")
    copy(reader.position, "embeddings.position_embeddings")
    copy(reader.kind, "embeddings.token_type_embeddings")
    copy(reader.norm, "embeddings.LayerNorm")
    for number, layer in enumerate(reader.layers):
        name = f"encoder.layer.{number}"
        for part in ("weight", "bias"):
            parts = [weights[f"{name}.attention.self.{k}.{part}"] for k in ("query", "key", "value")]
            getattr(layer.qkv, part).data.copy_(torch.cat(parts))
        copy(layer.out, f"{name}.attention.output.dense")
        copy(layer.norm1, f"{name}.attention.output.LayerNorm")
        copy(layer.up, f"{name}.intermediate.dense")
        copy(layer.down, f"{name}.output.dense")
        copy(layer.norm2, f"{name}.output.LayerNorm")
