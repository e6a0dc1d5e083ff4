"""Stored rows: the text of a table, read at the door, gives the columns that its arrays give."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore._ground.canonical import canonical_v1
from creditscore._ground.instants import NEVER
from creditscore.data.door.reading import Reading
from creditscore.data.door.records import read_records
from creditscore.data.door.validate import check_table
from creditscore.data.stored.rows import known_rows, rows_of_others, stored_tables
from creditscore.data.stored.sealing import seal
from creditscore.data.stored.table import iso_texts, typed
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.deciding.evidence import _as_written
from tests.features.worlds import AS_OF, filled, random_world

PEOPLE = 25
_PERSONS = {"applicant_id", "person_id", "other_id", "subject_id"}


def odd(rng: random.Random, world, *, numbered: bool):
    """The same world with parts of seconds, undeclared columns, awkward text, and ids that are numbers."""
    people: dict[str, int] = {}
    for name, rows in world.items():
        for row in rows:
            for column in _PERSONS & row.keys() if numbered else ():
                if row[column] is not None:
                    row[column] = people.setdefault(row[column], 10 * len(people) + 3)
            if name == "payments":
                row["event_time"] -= timedelta(microseconds=rng.choice([0, 0, 1, 250_000]))
                row["note"] = rng.choice([None, 'a "b" {c}', "line\nbreak", "\u20ac"])
                row["fee"] = rng.choice([None, 0.1, 1e22, 1e-7, 3])
    return world


@pytest.mark.parametrize("seed", range(6))
def test_text_and_arrays_are_read_as_the_same_columns(seed):
    rng = random.Random(seed)
    world = odd(rng, filled(random_world(seed, PEOPLE)), numbered=seed % 2 == 1)
    portfolio = cs.Portfolio.from_records(world, on_bad_rows="quarantine")
    moment = AS_OF - timedelta(days=rng.choice([0, 200, 400]))
    as_of = int(np.datetime64(moment.replace(tzinfo=None), "us").astype(np.int64))
    compared = 0
    for person, applicant in enumerate(portfolio.applicant_ids):
        own = known_rows(portfolio, [person], as_of, CONTRACTS)
        around, _ = rows_of_others(portfolio, person, as_of, CONTRACTS)
        sealed = seal(
            stored_tables(portfolio, own, as_of),
            stored_tables(portfolio, around, as_of, first_id=10_000),
            applicant if isinstance(applicant, str) else int(applicant),
        )
        for name in sealed.own.keys() | sealed.others.keys():
            parts = [part[name] for part in (sealed.own, sealed.others) if name in part]
            texts = [part.written() for part in parts]
            records = [json.loads(table.text) for table in texts]
            for table, rows in zip(texts, records, strict=True):
                assert table == _as_written(name, rows)
                assert table.text == canonical_v1(rows)
            again = [row for rows in records for row in rows]
            shown = dict.fromkeys(("times", "numbers", "labels"), ())
            assert_same_columns(
                typed(name, parts, shown),
                check_table(CONTRACTS[name], read_records(name, again), Reading(stored=True)),
            )
            compared += 1
    assert compared > 2 * PEOPLE


def assert_same_columns(found, expected):
    """Both are the same to the bit, the order of codes included."""
    assert found.all_problems() == expected.all_problems() == []
    assert (found.n_rows, found.column_names()) == (expected.n_rows, expected.column_names())
    for column, numbers in expected.numbers.items():
        assert found.numbers[column].tobytes() == numbers.tobytes(), column
    for column, times in expected.times.items():
        assert found.times[column].at.tolist() == times.at.tolist(), column
        assert found.times[column].known.tolist() == times.known.tolist(), column
    for column, coded in expected.coded.items():
        assert found.coded[column].codes.tolist() == coded.codes.tolist(), column
        assert type(found.coded[column].labels) is type(coded.labels), column
        assert list(found.coded[column].labels) == list(coded.labels), column


def test_instants_are_written_as_python_writes_them():
    zero = datetime(1970, 1, 1, tzinfo=UTC)
    spans = [0, 1, -1, 10**6, 86_400 * 10**6 - 1, -(10**15), 253_402_300_799 * 10**6, -62_135_596_800 * 10**6]
    expected = [(zero + timedelta(microseconds=span)).isoformat() for span in spans]
    assert iso_texts(np.array(spans)) == expected
    whole = [span for span in spans if span % 10**6 == 0]
    assert iso_texts(np.array(whole)) == [text for text in expected if "." not in text]
    assert iso_texts(np.array([NEVER, 0])) == ["", zero.isoformat()]
