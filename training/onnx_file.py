"""Writes networks as the program runs them: ONNX files with half-precision weights."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LARGE = 64
"""Weights with more elements than this are stored as float16, which halves the file."""
TOLERANCE = 0.01
"""How far an output of the file may differ from torch's."""


def write(
    network: torch.nn.Module,
    probe: Sequence[torch.Tensor],
    names: Sequence[str],
    output: str,
    file: Path,
    tolerance: float = TOLERANCE,
) -> float:
    """Write `network` to `file`, atomically and with named inputs and output. Return the largest difference between
    ONNX Runtime and torch on the rows of `probe`.

    Raises:
        RuntimeError: that difference exceeds `tolerance`.
    """
    network = network.eval()
    one = tuple(p[:1].contiguous() for p in probe)
    text = io.BytesIO()
    torch.onnx.export(
        network, one, text, input_names=list(names), output_names=[output], opset_version=13, dynamo=False
    )
    data = _halved(text.getvalue())
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        wanted = network(*probe).numpy()
    worst = 0.0
    for n, row in enumerate(wanted):
        given = {name: tensor[n : n + 1].numpy() for name, tensor in zip(names, probe, strict=True)}
        worst = max(worst, float(np.abs(session.run(None, given)[0] - row).max()))
    if worst > tolerance:
        raise RuntimeError(f"{file.name}: ONNX Runtime and torch differ by {worst:.4f}")
    beside = file.with_suffix(".part")
    beside.write_bytes(data)
    beside.replace(file)
    return worst


def _halved(data: bytes) -> bytes:
    """The ONNX file `data` with large weights as float16, each cast back to float32 where it is used."""
    model = onnx.load_model_from_string(data)
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size > LARGE:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
            casts.append(helper.make_node("Cast", [weight.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
