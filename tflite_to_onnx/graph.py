"""An ONNX graph under construction: nodes and constants, named in order of creation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR = 17, 8
"""The versions of ONNX's operator set and file format that every supported ONNX Runtime can read."""


class Graph:
    """Nodes in execution order."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._count = 0

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        """Add a node and return the name of its output."""
        output = self._name("t")
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def floats(self, values: npt.ArrayLike) -> str:
        """A float32 constant. Half precision would need a conversion at load time, which makes loading half as slow
        again; once packed, the files are just as small."""
        return self._constant(np.asarray(values, np.float32))

    def whole(self, values: npt.ArrayLike) -> str:
        """An integer constant, for shapes and indices."""
        return self._constant(np.asarray(values, np.int64))

    def output(self, tensor: str, name: str, shape: tuple[int, ...]) -> None:
        """Export `tensor` under that name."""
        self._nodes.append(helper.make_node("Identity", [tensor], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def model(self, shape: tuple[int, ...]) -> bytes:
        """The file, whose input `image` is uint8 of that shape. Raises the errors of ONNX's own checker."""
        image = helper.make_tensor_value_info("image", TensorProto.UINT8, shape)
        graph = helper.make_graph(self._nodes, "mediapipe", [image], self._outputs, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))

    def _constant(self, values: npt.NDArray[np.generic]) -> str:
        name = self._name("c")
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"
