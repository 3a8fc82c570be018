"""`gx-pipeline diff`: what it prints for people and for programs, and how it ends."""

from __future__ import annotations

import json
import shutil

import duckdb
import pytest
from rich.cells import cell_len

from gx_pipeline_tests.terminal import call


@pytest.fixture(scope="module")
def old(built_place):
    return built_place.settings.duckdb_path


@pytest.fixture(scope="module")
def new(old, tmp_path_factory):
    """The samples with one cell set blank, one finding closed, one with words that would steer a terminal."""
    path = tmp_path_factory.mktemp("new") / "gx.duckdb"
    shutil.copy(old, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update staging.requests set value = null, raw = '', state = 'blank' "
            "where agency_id = '350100-gxj' and row_code = 'carried_in' and applicant_type = 'total'"
        )
        connection.execute("delete from staging.findings where rule = 'missing_cells'")
        connection.execute(
            "update staging.findings set message = '[bold]27[/bold]' || chr(27) || '[2J' where rule = 'narrative_mismatch'"
        )
        connection.execute("update core.fct_findings set status = 'confirmed' where rule = 'narrative_mismatch'")
    return path


def test_it_prints_counts_first_then_each_change_in_the_words_of_the_form(old, new):
    result = call("diff", old, new, width=160)
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "Reports 1 changed reports 8" in lines
    assert "Cells 1 changed reported 1,446 → 1,445, blank 138 → 139, missing 14" in lines
    assert "Findings 1 closed, 1 changed open: error 3, warn 3 → 2, info 13" in lines
    assert "2025 福州市工业和信息化局 收到和处理政府信息公开申请情况 › 二、上年结转政府信息公开申请数量 › 总计 0 blank" in lines
    assert "requests carried_in total" in lines
    assert any(line.startswith("- 2024 博尔塔拉蒙古自治州科学技术局 warn missing_cells") for line in lines)
    assert "~ core.fct_findings 1 status (1)" in lines
    assert "\x1b" not in result.output
    assert "[bold]27[/bold]" in result.output


def test_every_line_fits_a_narrow_terminal_and_no_name_is_cut_off(old, new):
    result = call("diff", old, new, width=80)
    assert all(cell_len(line) <= 80 for line in result.output.splitlines() if ".duckdb" not in line)
    assert "core.fct_findings" in result.output
    assert "missing_cells-f588b740d1c4" in result.output


def test_long_lists_are_cut_with_their_number_and_printed_whole_when_asked(old, tmp_path):
    path = tmp_path / "gx.duckdb"
    shutil.copy(old, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update staging.requests set value = value + 1 where agency_id = '350100-gxj' and value is not null")
    short, whole = call("diff", old, path), call("diff", "--all", old, path)
    assert "and 155 more: `--all` lists them" in short.output  # of 175 cells of section 三
    assert "more" not in whole.output
    assert whole.output.count("2025 福州市工业和信息化局") - short.output.count("2025 福州市工业和信息化局") == 155


def test_the_published_warehouse_is_the_other_one_where_none_is_named(built_place, new):
    result = call("diff", new, "--json", data_dir=built_place.settings.data_dir)
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert told["new"]["path"] == str(built_place.settings.duckdb_path)
    (cell,) = told["cells"]["listed"]
    assert (cell["old"]["state"], cell["new"]["value"]) == ("blank", 0)


def test_it_ends_as_git_diff_does(old, new, tmp_path):
    assert call("diff", old, old, "--exit-code").exit_code == 0
    assert "Nothing differs" in call("diff", old, old).output
    assert call("diff", old, new, "--exit-code").exit_code == 1
    refused = call("diff", old, tmp_path / "none.duckdb", "--exit-code", width=400)
    assert refused.exit_code == 2
    assert "there is no such file" in refused.stderr
    assert refused.stdout == ""
