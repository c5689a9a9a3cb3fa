import doctest
import pkgutil
from importlib import import_module

import pytest

import rtw_outcomes

pytestmark = pytest.mark.slow  # left out by `make quick`

MODULES = [
    module.name
    for module in pkgutil.walk_packages(rtw_outcomes.__path__, "rtw_outcomes.")
    if not module.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples_in_docstrings():
    assert sum(doctest.testmod(import_module(name)).attempted for name in MODULES) >= 3
