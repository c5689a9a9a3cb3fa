"""`--memory-limit`: how it is written, and that it changes no result."""

import pytest


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_limit_changes_no_result(study, engine):
    expected = study.outcomes()
    study.assert_runs("--engine", engine, "--memory-limit", "600MB")
    assert study.outcomes().equals(expected)


@pytest.mark.parametrize(
    "size", ["6", "GB", "six GB", "-1GB", "6PB", "1e9GB", "6GBs", "nan GB", ""]
)
def test_what_is_no_amount_of_memory_is_told_with_an_example(study, size):
    study.assert_refused(2, "`6GB`", arguments=("--memory-limit", size))


@pytest.mark.parametrize("size", ["20MB", "0GB", "1KB"])
def test_less_than_a_run_needs_is_refused(study, size):
    study.assert_refused(2, "500MB", arguments=("--memory-limit", size))


@pytest.mark.parametrize("size", ["1001TB", f"{'9' * 400}GB"])
def test_more_than_any_machine_has_is_refused(study, size):
    study.assert_refused(2, "1000TB", arguments=("--memory-limit", size))


@pytest.mark.parametrize(
    "size", ["6GB", "1.5GiB", "500MB", "6gb", "1TB", "1tib", "900000 kB", "1000TB"]
)
def test_a_limit_can_be_written_in_several_units(rtw, study, size):
    assert rtw("validate", study.path, "--memory-limit", size).status == 0
