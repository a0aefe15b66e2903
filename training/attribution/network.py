"""The reader's network in torch: MiniLM encoder, a tag head for each layer of attribution, link heads.

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

    def forward(self, ids: Tensor, features: Tensor, convention: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        x = self.norm(self.embed(ids, features, convention))
        mask = (torch.arange(ids.shape[1])[None, :] < lengths[:, None])[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        x = self.drop(x)
        return self.tags(x), self.links(x)

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
