"""`gx-pipeline explain`: from a finding's id to its rule, its cells and the place in the source."""

import re

import pytest

from gx_pipeline.cli.console import readable
from gx_pipeline.cli.explain import matching
from gx_pipeline.facts import build, validate
from gx_pipeline.forms import CellKey
from gx_pipeline.lake import Partition
from gx_pipeline.quality import Checked, NarrativeFact
from gx_pipeline.quality.registry import rule
from gx_pipeline_tests.terminal import call
from gx_pipeline_tests.workplaces import copy_place


def ids(place, partition, rule_code):
    lake = place.lake
    series = lake.read_series_findings()
    own = series[(series["year"] == partition[0]) & (series["agency_id"] == partition[1])]
    frame = lake.read_frame(Partition(*partition), "findings")
    return [name for found in (frame, own) for name in found[found["rule"] == rule_code]["finding_id"]]


def explain(place, finding_id, width=100):
    result = call("explain", finding_id, data_dir=place.settings.data_dir, width=width)
    assert result.exit_code == 0, result.output
    return result.output


def pointed(output):
    """The lines of the source that are pointed at."""
    return [line for line in output.splitlines() if line.startswith(">")]


def test_an_identity_is_explained_with_its_cells_and_the_rows_they_stand_in(taken_in):
    (name,) = ids(taken_in, (2023, "999900-sjj"), "applicants_total")
    output = explain(taken_in, name, width=300)
    (row,) = [line for line in pointed(output) if re.match(r"> table 2 row \d+ ", line)]
    printed = [line for line in output.splitlines() if re.search(r"reported +\S.* +table 2 row \d+ cell \d+", line)]
    assert len(printed) == 7
    assert row.count("[") in (1, 7), "the suspect alone, else the whole row"
    assert "data/raw/2023/999900-sjj/report.html" in output


def test_a_rule_of_the_registry_is_told_in_both_languages_with_source_and_advice(taken_in, tmp_path, write_report):
    place = copy_place(taken_in, tmp_path / "data")
    figures = {"requests": {"new_received": [3, 0, 0, 0, 0, 0, 3]}}
    place.report(2024, "999900-sjj").write_text(write_report(figures).html(), "utf-8")
    place.take_in()
    first, _ = ids(place, (2024, "999900-sjj"), "balance")
    output = re.sub(r"\s+", "", explain(place, first))
    balance = rule("balance")
    for text in (balance.label, balance.label_en, balance.explanation, balance.explanation_en, balance.source, balance.advice):
        assert re.sub(r"\s+", "", text) in output


def test_a_narrative_finding_leads_to_the_sentence_and_to_the_cell(taken_in):
    (name,) = ids(taken_in, (2024, "350102-rmzf"), "narrative_mismatch")
    output = explain(taken_in, name, width=300)
    sentence, row = pointed(output)
    assert re.search(r"\[[^\]]*27件[^\]]*\]", sentence)
    assert sentence.startswith("> line 5 ")
    assert row.rstrip().endswith("一、本年新收政府信息公开申请数量 | 25 | 0 | 0 | 0 | 0 | 0 | [25]")


def test_a_finding_that_quotes_nothing_leads_to_what_the_narrative_states_of_its_cells(taken_in, tmp_path):
    place = copy_place(taken_in, tmp_path / "data")
    partition = Partition(2024, "350102-rmzf")
    report, made_from = place.lake.read_report(partition)
    key = CellKey("requests", "new_received", "total")
    fact = NarrativeFact(
        "requests/new_received", 27, "件", "own_organ", "this_year", False, "申请27件", "共收到申请27件", "overview", (key,)
    )
    finding = rule("balance").finding("text and table differ", (key,))
    place.lake.write_facts(partition, validate(build([Checked(report, (finding,), (fact,))])), made_from)
    sentence, _ = pointed(explain(place, "balance", width=300))
    assert "[申请27件]" in sentence


def test_a_finding_over_years_shows_both_reports(taken_in):
    name = next(name for name in ids(taken_in, (2024, "999900-sjj"), "carry_over"))
    output = explain(taken_in, name)
    later, _, earlier = output.partition("compared with 示例市数据局 2023")
    assert "data/raw/2024/999900-sjj/report.html" in later
    assert "data/raw/2023/999900-sjj/report.html" in earlier
    assert ["二、上年结转" in row for row in pointed(later)] == [True]
    assert ["四、结转下年度继续办理" in row for row in pointed(earlier)] == [True]
    assert explain(taken_in, name.removeprefix("series-")) == output


def test_a_finding_with_a_locator_in_its_message_leads_there(taken_in):
    (name,) = ids(taken_in, (2024, "652700-kjj"), "printed_identity_altered")
    (line,) = pointed(explain(taken_in, name))
    assert line.startswith("> line 45")
    assert "[(本列数据的勾稽关系为" in line


def test_the_lines_around_hide_personal_data(taken_in, tmp_path):
    place = copy_place(taken_in, tmp_path / "data")
    file = place.report(2024, "350102-rmzf")
    file.write_text(
        file.read_text("utf-8").replace("\n2.依申请公开方面", "\n联系电话:0591-87654321。\n2.依申请公开方面"), "utf-8"
    )
    place.take_in()
    (name,) = ids(place, (2024, "350102-rmzf"), "narrative_mismatch")
    output = explain(place, name, width=300)
    assert "> line 6 " in output
    assert "87654321" not in output
    assert "〔略〕" in output


def test_the_beginning_of_an_id_is_enough_while_it_is_the_only_one(taken_in):
    (name,) = ids(taken_in, (2024, "350102-rmzf"), "narrative_mismatch")
    assert explain(taken_in, name[:-4]) == explain(taken_in, name)


def test_an_ambiguous_beginning_lists_the_findings_it_may_mean(taken_in):
    result = call("explain", "carry_over", data_dir=taken_in.settings.data_dir)
    assert result.exit_code == 1
    names = ids(taken_in, (2024, "999900-sjj"), "carry_over")
    assert len(names) > 1
    assert all(name in result.stderr for name in names)


def test_an_unknown_id_is_answered_with_those_like_it_and_what_to_do(taken_in):
    result = call("explain", "narative_mismatch-3272", data_dir=taken_in.settings.data_dir)
    assert result.exit_code == 1
    assert "narrative_mismatch-" in result.stderr
    assert "gx-pipeline check" in result.stderr


def test_where_nothing_is_taken_in_it_says_what_to_do(tmp_path):
    result = call("explain", "balance-1", data_dir=tmp_path)
    assert result.exit_code == 1
    assert "gx-pipeline run" in result.stderr


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("balance-01", ["balance-01"]),
        ("balance-0", ["balance-01", "balance-01-2"]),
        ("carry_over-7", ["series-carry_over-7f"]),
        ("series-carry", ["series-carry_over-7f"]),
        ("alance", []),
    ],
)
def test_an_id_is_itself_or_what_it_begins(given, meant):
    assert matching(given, ["balance-01", "balance-01-2", "series-carry_over-7f"]) == meant


def test_text_that_is_newer_than_the_finding_is_told(taken_in, tmp_path):
    place = copy_place(taken_in, tmp_path / "data")
    partition = Partition(2024, "350102-rmzf")
    document, _ = place.lake.read_document(partition)
    place.lake.write_document(partition, document, "another")
    (name,) = ids(place, partition, "narrative_mismatch")
    assert "newer than the finding" in explain(place, name)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\xa070\xa0", "70 (blanks around it)"),
        ("1\u3000234", "1␣234"),
        ("12\n件", "12⏎件"),
        ("\u3000", "(only blanks)"),
        ("7\u200b0", "7\\u200b0"),
        ("70", "70"),
        ("", ""),
    ],
)
def test_blanks_that_nobody_sees_are_told(raw, shown):
    assert readable(raw) == shown


def test_what_is_printed_in_a_cell_is_shown_without_escapes(taken_in, tmp_path, write_report):
    place = copy_place(taken_in, tmp_path / "data")
    figures = {"requests": {"new_received": [3, 0, 0, 0, 0, 0, 3]}}
    html = write_report(figures).html()
    assert html.count(">3<") == 2
    place.report(2024, "999900-sjj").write_text(html.replace(">3<", ">&nbsp;3&nbsp;<"), "utf-8")
    place.take_in()
    first, _ = ids(place, (2024, "999900-sjj"), "balance")
    output = explain(place, first, width=300)
    assert "3 (blanks around it)" in output
    assert "xa0" not in output


def test_the_figure_of_the_text_is_not_told_as_what_would_fit(taken_in):
    (name,) = ids(taken_in, (2024, "350102-rmzf"), "narrative_mismatch")
    assert ": 25, the text says 27" in explain(taken_in, name, width=300)


def test_the_figure_of_the_year_before_is_not_told_as_what_would_fit(taken_in):
    for name in ids(taken_in, (2024, "999900-sjj"), "carry_over"):
        output = explain(taken_in, name, width=300)
        assert "the report of the year before gives" in output
        assert "would fit" not in output
