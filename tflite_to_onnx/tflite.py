"""Reads a TensorFlow Lite file with the flatbuffers schema from MediaPipe's wheel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

CUSTOM = 32
"""The builtin code for a custom operation, which the file names."""
TYPES = {0: np.float32, 1: np.float16, 2: np.int32}
"""The number types in these files, by TensorFlow Lite's code."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation: the tensors it reads and writes, by number, and its options, parsed, or raw bytes if it is
    custom."""

    name: str
    inputs: tuple[int, ...]
    output: int
    options: Any
    custom: bytes


class Tflite:
    """A file with one graph. Here, half-precision and sparse weights are constants rather than operations."""

    def __init__(self, data: bytes, schema: Any) -> None:
        """`schema`: MediaPipe's module `schema_py_generated`."""
        self._model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
        self._graph = self._model.subgraphs[0]
        self._names = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
        self._constants: dict[int, Array] = {}
        self.operations = [op for op in map(self._operation, self._graph.operators) if not self._known(op)]
        self.input, self.outputs = int(self._graph.inputs[0]), [int(i) for i in self._graph.outputs]

    def shape(self, tensor: int) -> tuple[int, ...]:
        """The shape of any tensor; images are (1, height, width, channels)."""
        return tuple(int(n) for n in self._graph.tensors[tensor].shape)

    def constant(self, tensor: int) -> Array | None:
        """The value of a tensor that does not depend on the input, else None."""
        if tensor not in self._constants:
            described = self._graph.tensors[tensor]
            data = self._model.buffers[described.buffer].data
            if data is None:
                return None
            flat = np.frombuffer(bytes(data), TYPES[described.type])
            self._constants[tensor] = flat.reshape(described.shape) if described.sparsity is None else flat
        return self._constants[tensor]

    def readers(self, tensor: int) -> list[Operation]:
        """The operations that read the tensor."""
        return [op for op in self.operations if tensor in op.inputs]

    def _operation(self, raw: Any) -> Operation:
        code = self._model.operatorCodes[raw.opcodeIndex]
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        name = code.customCode.decode() if number == CUSTOM else self._names[number]
        custom = b"" if raw.customOptions is None else bytes(raw.customOptions)
        return Operation(name, tuple(int(i) for i in raw.inputs), int(raw.outputs[0]), raw.builtinOptions, custom)

    def _known(self, operation: Operation) -> bool:
        """Whether the operation only unpacks weights; if so, its output becomes a constant."""
        if operation.name not in ("DEQUANTIZE", "DENSIFY"):
            return False
        (packed,) = operation.inputs
        values = self.constant(packed)
        assert values is not None
        sparsity = self._graph.tensors[packed].sparsity
        self._constants[operation.output] = values if sparsity is None else _dense(values, self.shape(packed), sparsity)
        return True


def _dense(values: Array, shape: tuple[int, ...], sparsity: Any) -> Array:
    """Unpack the weights of a kernel whose last dimension is stored in compressed rows."""
    rows = sparsity.dimMetadata[-1]
    ends, places = (np.asarray(part.values, int) for part in (rows.arraySegments, rows.arrayIndices))
    if list(sparsity.traversalOrder) != list(range(len(shape))) or any(d.format for d in sparsity.dimMetadata[:-1]):
        raise ValueError(f"a sparse tensor of another kind: {shape}")
    dense = np.zeros((len(ends) - 1, shape[-1]), values.dtype)
    for row, (start, end) in enumerate(pairwise(ends)):
        dense[row, places[start:end]] = values[start:end]
    return dense.reshape(shape)
