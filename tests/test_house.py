"""House rules: lazy imports, size limits for modules and functions, no import cycles."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

import mettici
import mettici.web

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "tests", "training", "tflite_to_onnx", "benchmarks", "sample_images", "docs", "examples")
MODULES = sorted([*ROOT.glob("*.py"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))])
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
EVERY = pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(ROOT)))


@pytest.mark.parametrize(
    "statement",
    [
        "import mettici",
        "from mettici.cli import program; program(['--help'], standalone_mode=False)",
        "from mettici.cli import program; program(['--version'], standalone_mode=False)",
        "import mettici.report",
    ],
)
def test_the_heavy_packages_are_loaded_only_when_needed(statement: str) -> None:
    code = f"import sys\n{statement}\nassert not {{'cv2', 'onnxruntime'}} & set(sys.modules), sorted(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_public_name_exists() -> None:
    for name in mettici.__all__:
        assert getattr(mettici, name) is not None
    for name in mettici.web.__all__:
        assert getattr(mettici.web, name) is not None
    for module in (mettici, mettici.web):
        with pytest.raises(AttributeError):
            _ = module.nothing


@EVERY
def test_a_module_can_be_read_in_one_go(module: Path) -> None:
    text = module.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


@EVERY
def test_a_module_states_its_purpose(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


@EVERY
def test_every_noqa_states_its_reason(module: Path) -> None:
    """The format is `noqa: CODE - why`."""
    exceptions = re.findall(r"[#] noqa(.*)", module.read_text("utf-8"))
    assert [e for e in exceptions if not re.match(r": [A-Z]+\d+(, [A-Z]+\d+)* - \w", e)] == []


@pytest.mark.parametrize("package", ["mettici", "benchmarks"])
def test_imports_have_no_cycles(package: str) -> None:
    """Imports inside functions count; type-only imports do not."""
    graph = grimp.build_graph(package, cache_dir=None, exclude_type_checking_imports=True)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(needs).prepare()  # raises CycleError, which names the circle
