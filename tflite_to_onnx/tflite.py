"""A TensorFlow Lite file, read by the flatbuffers schema that MediaPipe's wheel carries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

CUSTOM = 32
"""The builtin code that says: an operation of the file's own, by name."""
TYPES = {0: np.float32, 1: np.float16, 2: np.int32}
"""The numbers that these files hold, by TensorFlow Lite's number for them."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One step: what it reads and writes, by tensor number, and its options, parsed or as bytes for a custom one."""

    name: str
    inputs: tuple[int, ...]
    output: int
    options: Any
    custom: bytes


class Tflite:
    """A file of one graph. Weights of half precision and sparse ones are constants here, and no operations."""

    def __init__(self, data: bytes, schema: Any) -> None:
        """`schema`: MediaPipe's module `schema_py_generated`."""
        self._model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
        self._graph = self._model.subgraphs[0]
        self._names = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
        self._constants: dict[int, Array] = {}
        self.operations = [op for op in map(self._operation, self._graph.operators) if not self._known(op)]
        self.input, self.outputs = int(self._graph.inputs[0]), [int(i) for i in self._graph.outputs]

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Of any tensor: images are (1, height, width, channels)."""
        return tuple(int(n) for n in self._graph.tensors[tensor].shape)

    def constant(self, tensor: int) -> Array | None:
        """The values of a tensor that does not depend on the input."""
        if tensor not in self._constants:
            described = self._graph.tensors[tensor]
            data = self._model.buffers[described.buffer].data
            if data is None:
                return None
            flat = np.frombuffer(bytes(data), TYPES[described.type])
            self._constants[tensor] = flat.reshape(described.shape) if described.sparsity is None else flat
        return self._constants[tensor]

    def readers(self, tensor: int) -> list[Operation]:
        """The operations that read it."""
        return [op for op in self.operations if tensor in op.inputs]

    def _operation(self, raw: Any) -> Operation:
        code = self._model.operatorCodes[raw.opcodeIndex]
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        name = code.customCode.decode() if number == CUSTOM else self._names[number]
        custom = b"" if raw.customOptions is None else bytes(raw.customOptions)
        return Operation(name, tuple(int(i) for i in raw.inputs), int(raw.outputs[0]), raw.builtinOptions, custom)

    def _known(self, operation: Operation) -> bool:
        """Whether it only unpacks weights, which are then kept as its output."""
        if operation.name not in ("DEQUANTIZE", "DENSIFY"):
            return False
        (packed,) = operation.inputs
        values = self.constant(packed)
        assert values is not None
        sparsity = self._graph.tensors[packed].sparsity
        self._constants[operation.output] = values if sparsity is None else _dense(values, self.shape(packed), sparsity)
        return True


def _dense(values: Array, shape: tuple[int, ...], sparsity: Any) -> Array:
    """All weights of a kernel of which the last dimension is stored in compressed rows."""
    rows = sparsity.dimMetadata[-1]
    ends, places = (np.asarray(part.values, int) for part in (rows.arraySegments, rows.arrayIndices))
    if list(sparsity.traversalOrder) != list(range(len(shape))) or any(d.format for d in sparsity.dimMetadata[:-1]):
        raise ValueError(f"a sparse tensor of another kind: {shape}")
    dense = np.zeros((len(ends) - 1, shape[-1]), values.dtype)
    for row, (start, end) in enumerate(pairwise(ends)):
        dense[row, places[start:end]] = values[start:end]
    return dense.reshape(shape)
