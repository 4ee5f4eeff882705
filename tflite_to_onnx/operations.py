"""Maps the operations of MediaPipe's networks to ONNX. Images become (1, channels, height, width); points stay as is.

Wherever several operators would do, this picks one that ONNX Runtime computes on blocks of channels (convolutions,
sums, ReLU): each change of layout costs as much as a small convolution.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flatbuffers import flexbuffers

from tflite_to_onnx.graph import Graph
from tflite_to_onnx.tflite import Array, Operation, Tflite

RELU, VALID = 1, 1
"""TensorFlow Lite's codes for the ReLU activation and for no padding."""
TO_CHANNELS_FIRST = (0, 3, 1, 2)

Writer = Callable[["Conversion", Operation], str]


class Conversion:
    """One network being converted: maps its tensors to their names in the ONNX graph."""

    def __init__(self, network: Tflite, mean: float, std: float) -> None:
        self.network, self.graph = network, Graph()
        self.margins: dict[int, list[int]] = {}
        """Zeros around a tensor that its convolutions add themselves: top, left, bottom, right."""
        image = self.graph.node("Cast", "image", to=1)
        if mean:
            image = self.graph.node("Sub", image, self.graph.floats(mean))
        image = self.graph.node("Mul", image, self.graph.floats(1 / std))
        self._names = {network.input: self.graph.node("Transpose", image, perm=TO_CHANNELS_FIRST)}

    def convert(self) -> bytes:
        """The ONNX file. Raises `KeyError` for an operation that this module does not know."""
        for operation in self.network.operations:
            self._names[operation.output] = WRITERS[operation.name](self, operation)
        for number, tensor in enumerate(self.network.outputs):
            flat = self.graph.node("Reshape", self.channels_last(tensor), self.graph.whole([-1]))
            self.graph.output(flat, f"output{number}", (int(np.prod(self.network.shape(tensor))),))
        return self.graph.model(self.network.shape(self.network.input))

    def read(self, operation: Operation, place: int = 0) -> str:
        """An input that depends on the image."""
        return self._names[operation.inputs[place]]

    def weights(self, operation: Operation, place: int) -> Array:
        """An input that does not depend on the image."""
        values = self.network.constant(operation.inputs[place])
        assert values is not None
        return values

    def either(self, operation: Operation, place: int) -> str:
        """An input of either kind."""
        values = self.network.constant(operation.inputs[place])
        if values is None:
            return self.read(operation, place)
        return self.graph.floats(values.transpose(TO_CHANNELS_FIRST) if values.ndim == 4 else values)

    def channels_last(self, tensor: int) -> str:
        """The tensor in TensorFlow's layout, which its indices refer to."""
        shape = self.network.shape(tensor)
        if len(shape) != 4 or shape[1:3] == (1, 1):
            return self._names[tensor]
        return self.graph.node("Transpose", self._names[tensor], perm=(0, 2, 3, 1))

    def activated(self, tensor: str, operation: Operation) -> str:
        """The tensor after the operation's activation, if it has one."""
        kind = operation.options.fusedActivationFunction
        if kind not in (0, RELU):
            raise ValueError(f"{operation.name} with activation {kind}")
        return self.graph.node("Relu", tensor) if kind == RELU else tensor

    def margin(self, operation: Operation, kernel: tuple[int, ...]) -> list[int]:
        """The zero padding that a convolution or max-pooling reads."""
        options, source = operation.options, operation.inputs[0]
        if options.padding == VALID:
            return self.margins.get(source, [0, 0, 0, 0])
        assert source not in self.margins
        missing = [
            max(0, (-(-size // stride) - 1) * stride + reach - size)
            for size, stride, reach in zip(
                self.network.shape(source)[1:3], (options.strideH, options.strideW), kernel, strict=True
            )
        ]
        return [n // 2 for n in missing] + [n - n // 2 for n in missing]


def _convolution(to: Conversion, operation: Operation, *, depthwise: bool) -> str:
    kernel = to.weights(operation, 1)
    ordered = kernel.transpose((3, 0, 1, 2) if depthwise else TO_CHANNELS_FIRST)
    made = to.graph.node(
        "Conv", to.read(operation), to.graph.floats(ordered), to.graph.floats(to.weights(operation, 2)),
        pads=to.margin(operation, kernel.shape[1:3]), group=kernel.shape[3] if depthwise else 1,
        strides=(operation.options.strideH, operation.options.strideW),
    )  # fmt: skip
    return to.activated(made, operation)


def _each_channel(to: Conversion, tensor: str, factors: Array) -> str:
    """Scale each channel by its factor, as a convolution, because a product would change the layout."""
    return to.graph.node("Conv", tensor, to.graph.floats(factors.reshape(-1, 1, 1, 1)), group=factors.size)


def _prelu(to: Conversion, operation: Operation) -> str:
    """a x + (1 - a) max(0, x)."""
    slopes, tensor = to.weights(operation, 1).astype(np.float32), to.read(operation)
    positive = to.graph.node("Relu", tensor)
    return to.graph.node("Add", _each_channel(to, tensor, slopes), _each_channel(to, positive, 1 - slopes))


def _pad(to: Conversion, operation: Operation) -> str:
    before_after = to.weights(operation, 1).reshape(4, 2)
    if before_after[3].any():
        return _more_channels(to, operation, before_after)
    if any("CONV" not in op.name or op.options.padding != VALID for op in to.network.readers(operation.output)):
        raise ValueError("a margin that no convolution can add itself")
    to.margins[operation.output] = before_after[1:3].T.ravel().tolist()
    return to.read(operation)


def _more_channels(to: Conversion, operation: Operation, before_after: Array) -> str:
    """Append channels of zeros."""
    assert not before_after[:3].any()
    assert not before_after[3, 0]
    has, gets = to.network.shape(operation.inputs[0])[3], to.network.shape(operation.output)[3]
    return to.graph.node("Conv", to.read(operation), to.graph.floats(np.eye(gets, has).reshape(gets, has, 1, 1)))


def _maximum(to: Conversion, operation: Operation) -> str:
    options = operation.options
    size = options.filterHeight, options.filterWidth
    return to.graph.node(
        "MaxPool", to.read(operation), kernel_shape=size, strides=(options.strideH, options.strideW),
        pads=to.margin(operation, size),
    )  # fmt: skip


def _average(to: Conversion, operation: Operation) -> str:
    if to.network.shape(operation.output)[1:3] != (1, 1):
        raise ValueError("an average of less than everything")
    return to.graph.node("GlobalAveragePool", to.read(operation))


def _enlarged(to: Conversion, operation: Operation) -> str:
    before, after = (to.network.shape(i)[1:3] for i in (operation.inputs[0], operation.output))
    factors = to.graph.floats([1, 1, after[0] / before[0], after[1] / before[1]])
    return to.graph.node(
        "Resize", to.read(operation), "", factors, mode="linear", coordinate_transformation_mode="half_pixel"
    )


def _reshaped(to: Conversion, operation: Operation) -> str:
    shape = to.network.shape(operation.output)
    if len(shape) == 4:
        assert shape[1:3] == (1, 1)
        shape = (shape[0], shape[3], 1, 1)
    return to.graph.node("Reshape", to.channels_last(operation.inputs[0]), to.graph.whole(shape))


def _times(to: Conversion, operation: Operation) -> str:
    """A product. For an affine transform (see `_placement`), this changes the units of its translation."""
    if to.network.shape(operation.output) != PLACEMENT:
        return to.activated(to.graph.node("Mul", to.either(operation, 0), to.either(operation, 1)), operation)
    factors = to.weights(operation, 1).reshape(4, 4)
    columns = factors[:2, [0, 1, 3]].T[None]
    return to.graph.node("Mul", to.read(operation), to.graph.floats(columns))


PLACEMENT = (1, 4, 4)
"""The shape of MediaPipe's affine transforms: 4 x 4 matrices of which only the part in the plane matters. Here they are
(1, 3, 2): the step to the right, the step down, and the offset."""


def _placement(to: Conversion, operation: Operation) -> str:
    """The affine transform from a grid to the enlarged box around some points, rotated so that two of them are
    level."""
    graph, said = to.graph, flexbuffers.Loads(operation.custom)
    if said["target_rotation_radians"]:
        raise ValueError("a box that is not level")
    plane = graph.node("Slice", to.read(operation), graph.whole([0]), graph.whole([2]), graph.whole([2]))

    def some(indices: list[int]) -> str:
        return graph.node("Gather", plane, graph.whole(indices), axis=1)

    line = graph.node("Sub", some([said["right_rotation_idx"]]), some([said["left_rotation_idx"]]))
    right = graph.node("Div", line, graph.node("ReduceL2", line, axes=(2,)))
    down = graph.node("Mul", graph.node("Gather", right, graph.whole([1, 0]), axis=2), graph.floats([[[-1, 1]]]))
    axes = graph.node("Concat", right, down, axis=1)
    level = graph.node("MatMul", some(said["subset_idxs"]), graph.node("Transpose", axes, perm=(0, 2, 1)))
    far, near = (graph.node(kind, level, axes=(1,)) for kind in ("ReduceMax", "ReduceMin"))
    middle = graph.node("Mul", graph.node("MatMul", graph.node("Add", far, near), axes), graph.floats(0.5))
    steps = np.array([said["output_width"], said["output_height"]])
    step = graph.node("Mul", graph.node("Sub", far, near), graph.floats([[[said["scale_x"], said["scale_y"]] / steps]]))
    scaled = graph.node("Mul", axes, graph.node("Transpose", step, perm=(0, 2, 1)))
    start = graph.node("Sub", middle, graph.node("MatMul", graph.floats([[steps / 2]]), scaled))
    return graph.node("Concat", scaled, start, axis=1)


def _cut_out(to: Conversion, operation: Operation) -> str:
    """Crop the box of an affine transform from a tensor, with 0 beyond the edges."""
    graph, said = to.graph, flexbuffers.Loads(operation.custom)
    height, width = said["output_height"], said["output_width"]
    down, right = np.mgrid[:height, :width] + 0.5
    grid = np.stack([right.ravel(), down.ravel(), np.ones(height * width)], axis=1)[None]
    placed = graph.node("MatMul", graph.floats(grid), to.read(operation, 1))
    rows, columns = to.network.shape(operation.inputs[0])[1:3]
    share = graph.node("Mul", placed, graph.floats([[[2 / columns, 2 / rows]]]))  # the edges are -1 and 1
    places = graph.node("Reshape", graph.node("Sub", share, graph.floats(1)), graph.whole([1, height, width, 2]))
    return graph.node("GridSample", to.read(operation), places, mode="bilinear", padding_mode="zeros", align_corners=0)


def _placed(to: Conversion, operation: Operation) -> str:
    """Map points in a cropped box back to the plane that the box came from."""
    graph, (points, placement) = to.graph, (to.read(operation, i) for i in (0, 1))
    axes, start = (
        graph.node("Slice", placement, graph.whole([a]), graph.whole([b]), graph.whole([1]))
        for a, b in ((0, 2), (2, 3))
    )
    return graph.node("Add", graph.node("MatMul", points, axes), start)


def _enlarged_by_learnt_weights(to: Conversion, operation: Operation) -> str:
    kernel = to.weights(operation, 1).transpose(3, 0, 1, 2)
    width, height = np.frombuffer(operation.custom, np.int32)[1:]
    bias = to.graph.floats(to.weights(operation, 2))
    return to.graph.node(
        "ConvTranspose", to.read(operation), to.graph.floats(kernel), bias, strides=(int(height), int(width))
    )


def _part(to: Conversion, operation: Operation) -> str:
    starts, ends, steps = (to.weights(operation, place) for place in (1, 2, 3))
    if (steps != 1).any():
        raise ValueError("a slice that leaves numbers out")
    ordered = (to.graph.whole(v[list(TO_CHANNELS_FIRST)]) for v in (starts, ends))
    return to.graph.node("Slice", to.read(operation), *ordered)


WRITERS: dict[str, Writer] = {
    "CONV_2D": lambda to, op: _convolution(to, op, depthwise=False),
    "DEPTHWISE_CONV_2D": lambda to, op: _convolution(to, op, depthwise=True),
    "RELU": lambda to, op: to.graph.node("Relu", to.read(op)),
    "PRELU": _prelu,
    "HARD_SWISH": lambda to, op: to.graph.node("HardSwish", to.read(op)),
    "LOGISTIC": lambda to, op: to.graph.node("Sigmoid", to.read(op)),
    "ADD": lambda to, op: to.activated(to.graph.node("Add", to.either(op, 0), to.either(op, 1)), op),
    "MUL": _times,
    "PAD": _pad,
    "MAX_POOL_2D": _maximum,
    "AVERAGE_POOL_2D": _average,
    "RESIZE_BILINEAR": _enlarged,
    "DEPTH_TO_SPACE": lambda to, op: to.graph.node(
        "DepthToSpace", to.read(op), blocksize=op.options.blockSize, mode="DCR"
    ),
    "RESHAPE": _reshaped,
    "CONCATENATION": lambda to, op: to.graph.node(
        "Concat", *(to.read(op, i) for i in range(len(op.inputs))), axis=op.options.axis
    ),
    "STRIDED_SLICE": _part,
    "Convolution2DTransposeBias": _enlarged_by_learnt_weights,
    "Landmarks2TransformMatrix": _placement,
    "TransformTensorBilinear": _cut_out,
    "TransformLandmarks": _placed,
}


def convert(data: bytes, schema: Any, mean: float, std: float) -> bytes:
    """Convert the TensorFlow Lite network `data` to an ONNX file that takes (1, side, side, 3) uint8 RGB as `image`."""
    return Conversion(Tflite(data, schema), mean, std).convert()
