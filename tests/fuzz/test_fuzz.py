"""Parsers of files from anywhere: inputs that once did harm, and some seconds of new ones."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("needs figures of memory that this system does not give", allow_module_level=True)

from tests.fuzz.run import CORPUS, fault_of, fuzz
from tests.fuzz.targets import targets
from tests.fuzz.texts import SMALL


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    return targets(tmp_path_factory.mktemp("fuzz"))


def test_inputs_that_once_did_harm_do_none(every):
    faults = [
        f"{file}: {fault}"
        for file in sorted(CORPUS.glob("*/*"))
        if (fault := fault_of(every[file.parent.name], file.read_bytes()))
    ]
    assert not faults, "\n".join(faults)


def test_small_parsers_are_those_that_are_named(every):
    assert set(every) >= SMALL


def test_a_second_of_new_inputs_does_no_harm(every):
    for name in every:
        found = fuzz(name, every[name], 0.2 if name in SMALL else 0.5, seed=3)
        assert not found["faults"], found


@pytest.mark.long
def test_twenty_seconds_of_new_inputs_do_no_harm(every):
    for name in every:
        found = fuzz(name, every[name], 3.0 if name in SMALL else 20.0, seed=4)
        assert not found["faults"], found
