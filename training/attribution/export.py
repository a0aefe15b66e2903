"""Write trained weights as the package reads them: int8 encoder for onnxruntime, int8 embeddings for numpy.

    python -m training.attribution.export --weights .work/reader.pt --minilm MODEL_DIR --name reader-1

The graph is built from onnxruntime's fused operators by hand, so nothing depends on a tracer or a fusion pass.
Word embeddings are int8 with a scale for each row; quantising them with the rest costs a point (READER.md).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.attribution.network import DEPTHS, HEADS, HIDDEN, LAYERS, LINK, MENTION_LAYER, NAMED, REST, TAGS

EPSILON = 1e-12
Weights = dict[str, NDArray[np.float32]]
Own = Callable[[str], NDArray[np.float32]]
Put = Callable[[str, NDArray[np.float32]], str]


class Graph:
    """Nodes and weights of one ONNX graph in the order they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.float32]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def add(self, op: str, inputs: list[str], output: str, domain: str = "com.microsoft", **attributes: object) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=f"{op}_{output}", domain=domain, **attributes))
        return output


def build(weights: Weights) -> onnx.ModelProto:
    graph = Graph()
    norm = [graph.constant(f"norm_{p}", weights[f"norm.{p}"]) for p in ("weight", "bias")]
    x = graph.add("LayerNormalization", ["x", *norm], "h", domain="", epsilon=EPSILON, axis=-1)
    named = x
    for number in range(LAYERS):
        x = add_layer(graph, weights, number, x)
        named = x if number + 1 == MENTION_LAYER else named
    add_heads(graph, weights, x, ("tags", "links", "rest"), "out")
    add_heads(graph, weights, named, ("named",), "named")
    made = helper.make_graph(
        graph.nodes,
        "reader",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "length", HIDDEN]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
        ],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", "length", size])
            for name, size in (("out", DEPTHS * TAGS + 5 * LINK + sum(REST.values())), ("named", sum(NAMED.values())))
        ],
        graph.weights,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8)


def add_heads(graph: Graph, weights: Weights, x: str, heads: tuple[str, ...], output: str) -> None:
    """Linear maps of one layer, side by side."""
    weight = np.concatenate([weights[f"{name}.weight"] for name in heads]).T
    bias = np.concatenate([weights[f"{name}.bias"] for name in heads])
    y = graph.add("MatMul", [x, graph.constant(f"{output}_heads", weight)], f"{output}_raw", domain="")
    graph.add("Add", [y, graph.constant(f"{output}_bias", bias)], output, domain="")


def add_layer(graph: Graph, weights: Weights, number: int, x: str) -> str:
    own = lambda name: weights[f"layers.{number}.{name}"]  # noqa: E731
    put = lambda name, value: graph.constant(f"l{number}_{name}", value)  # noqa: E731
    qkv = [put("qkv", own("qkv.weight").T), put("qkv_bias", own("qkv.bias"))]
    mixed = graph.add("Attention", [x, *qkv, "lengths"], f"l{number}_mixed", num_heads=HEADS)
    out = graph.add("MatMul", [mixed, put("out", own("out.weight").T)], f"l{number}_attended", domain="")
    x = add_norm(graph, own, put, (out, x, "out", "norm1", f"l{number}_middle"))
    up = graph.add("MatMul", [x, put("up", own("up.weight").T)], f"l{number}_wide", domain="")
    gelu = graph.add("BiasGelu", [up, put("up_bias", own("up.bias"))], f"l{number}_gelu")
    down = graph.add("MatMul", [gelu, put("down", own("down.weight").T)], f"l{number}_narrow", domain="")
    return add_norm(graph, own, put, (down, x, "down", "norm2", f"l{number}_end"))


def add_norm(graph: Graph, own: Own, put: Put, names: tuple[str, str, str, str, str]) -> str:
    new, old, linear, norm, output = names
    parts = [put(f"{norm}_{p}", own(f"{norm}.{p}")) for p in ("weight", "bias")]
    bias = put(f"{linear}_bias", own(f"{linear}.bias"))
    return graph.add("SkipLayerNormalization", [new, old, *parts, bias], output, epsilon=EPSILON)


def quantise_rows(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scale = np.abs(table).max(axis=1) / 127
    return np.round(table / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def save_tables(weights: Weights, path: Path) -> None:
    rows, scale = quantise_rows(weights["word.weight"])
    np.savez(
        path,
        word=rows,
        word_scale=scale,
        position=weights["position.weight"][:256] + weights["kind.weight"][0],
        shape=weights["shape.weight"],
        line=weights["line.weight"],
        quote=weights["quote.weight"],
        convention=weights["convention.weight"],
        null=weights["null"],
        distance=weights["distance"],
        link_size=np.array(LINK),
        act_weight=weights["act.weight"],
        act_bias=weights["act.bias"],
        party_null=weights["party_null"],
        party_distance=weights["party_distance"],
        rest_sizes=np.array([*REST.values(), *NAMED.values()]),
    )


def export(args: argparse.Namespace) -> None:
    state = torch.load(args.weights, map_location="cpu")
    weights = {key: value.float().numpy() for key, value in state.items()}
    args.out.mkdir(parents=True, exist_ok=True)
    save_tables(weights, args.out / "embeddings.npz")
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "fp32.onnx"
        onnx.save(build(weights), whole)
        if args.fp32:
            shutil.copy(whole, args.out / "encoder.onnx")
        else:
            quantize_dynamic(
                whole,
                args.out / "encoder.onnx",
                op_types_to_quantize=["MatMul", "Attention"],
                per_channel=True,
                reduce_range=True,  # 7 bits: with 8, processors without VNNI instructions overflow
                weight_type=QuantType.QInt8,
                nodes_to_exclude=["MatMul_out_raw", "MatMul_named_raw"],
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )
    plain_tokenizer(args.minilm / "tokenizer.json", args.out / "tokenizer.json")
    (args.out / "card.json").write_text(
        json.dumps({"name": args.name, "conventions": {"flat": {}, "own": {}}}) + "\n", encoding="utf-8"
    )


def plain_tokenizer(origin: Path, target: Path) -> None:
    """The tokenizer without its truncation and padding, which sentence encoders want and readers do not."""
    spec = json.loads(origin.read_text(encoding="utf-8"))
    spec["truncation"] = spec["padding"] = None
    target.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--minilm", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("src/onrecord/data/reader"))
    parser.add_argument("--name", required=True)
    parser.add_argument("--fp32", action="store_true", help="leave the encoder unquantised, to compare")
    export(parser.parse_args())


if __name__ == "__main__":
    main()
