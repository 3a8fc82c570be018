"""The registry of agencies: read whole, or refused with the file, the line and what is wrong there."""

from __future__ import annotations

import datetime as dt

import pytest

from gx_pipeline.agencies import Registry
from gx_pipeline.errors import ConfigurationError

HEADER = "agency_id,name,short_names,place_code,place,place_aliases,level,kind,function,valid_from,valid_to,predecessors"
GOOD = "350100-kjj,福州市科学技术局,福州市科技局;市科技局,350100,福州市,福州,prefecture,department,science_and_technology,2019-01-01,"
OTHER = GOOD.replace("350100", "350200").replace("福州", "厦门")


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "agencies.csv"

    def write(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Registry:
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return Registry.read(path)

    return write


@pytest.mark.parametrize("how", [{}, {"encoding": "utf-8-sig"}, {"end": "\r\n"}])
def test_an_agency_is_read_with_its_names_and_places(read, how):
    registry = read(HEADER, OTHER, GOOD, **how)
    assert list(registry.by_id) == ["350100-kjj", "350200-kjj"]
    agency = registry.by_id["350100-kjj"]
    assert agency.names == ("福州市科学技术局", "福州市科技局", "市科技局")
    assert agency.places == ("福州市", "福州")
    assert (agency.level, agency.kind) == ("prefecture", "department")
    assert (agency.valid_from, agency.valid_to) == (dt.date(2019, 1, 1), None)


@pytest.mark.parametrize(
    ("valid", "years"),
    [("2019-03-01,", {2019, 2020, 2024}), ("2019-01-01,2020-06-30", {2019, 2020}), ("2020-12-31,2020-12-31", {2020})],
)
def test_an_agency_reports_for_the_years_in_which_it_existed(read, valid, years):
    agency = read(HEADER, GOOD.replace("2019-01-01,", valid)).agencies[0]
    assert {year for year in (2018, 2019, 2020, 2024) if agency.reports_for(year)} == years


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        pytest.param([HEADER.replace("agency_id", "id"), GOOD], 1, "agency_id,name", id="wrong header"),
        pytest.param([HEADER.replace(",valid_to", ""), GOOD], 1, "valid_to", id="header without a column"),
        pytest.param([""], 1, "columns", id="empty file"),
        pytest.param([HEADER, GOOD.replace("350100-kjj", "kjj-350100")], 2, "kjj-350100", id="id of another form"),
        pytest.param([HEADER, GOOD.replace("350100-kjj", "350100-KJJ")], 2, "350100-KJJ", id="id in capitals"),
        pytest.param([HEADER, GOOD.replace("350100-kjj", "")], 2, "agency_id", id="no id"),
        pytest.param([HEADER, GOOD, OTHER, GOOD], 4, "350100-kjj stands twice", id="id twice"),
        pytest.param([HEADER, OTHER, GOOD.replace("prefecture", "city")], 3, "'city'", id="unknown level"),
        pytest.param([HEADER, GOOD.replace("department", "bureau")], 2, "'bureau'", id="unknown kind"),
        pytest.param([HEADER, GOOD.replace("福州市科学技术局", " ")], 2, "name", id="no name"),
        pytest.param([HEADER, GOOD.replace(",福州市,", ",,")], 2, "place", id="no place"),
        pytest.param([HEADER, GOOD.replace("2019-01-01", "2019年1月1日")], 2, "2019年1月1日", id="date in Chinese"),
        pytest.param([HEADER, GOOD.replace("2019-01-01", "")], 2, "2019-01-01", id="no first day"),
        pytest.param([HEADER, GOOD + "2020-02-31"], 2, "day", id="no such day"),
        pytest.param([HEADER, GOOD.replace(",science_and_technology", "")], 2, "", id="a column too few"),
        pytest.param([HEADER, GOOD.replace(";市科技局", ",市科技局")], 2, "", id="a comma within a list"),
        pytest.param([HEADER, GOOD + ",,2020-01-01"], 2, "more columns", id="a column too many"),
        pytest.param([HEADER, GOOD + "2018-12-31"], 2, "", id="ends before it begins"),
        pytest.param([HEADER, GOOD.replace(",350100,", ",3501,")], 2, "'3501'", id="a place code too short"),
        pytest.param([HEADER, OTHER, GOOD.replace("prefecture", "township")], 3, "nine digits", id="a township by six digits"),
        pytest.param([HEADER, GOOD.replace(",350100,", ",350100001,")], 2, "nine digits", id="a prefecture by nine"),
        pytest.param(
            [HEADER, GOOD, GOOD.replace("kjj", "gxj").replace("prefecture", "county")],
            2,
            "county for 350100-gxj",
            id="two levels",
        ),
        pytest.param([HEADER, GOOD.replace("福州市科学技术局", "福州市人民政府办公厅")], 2, "government_office", id="an office"),
    ],
)
def test_a_wrong_registry_is_refused_by_file_and_line(read, tmp_path, lines, line, told):
    with pytest.raises(ConfigurationError) as refused:
        read(*lines)
    assert str(refused.value).startswith(f"{tmp_path / 'agencies.csv'}: line {line}: ")
    assert told in str(refused.value)


def test_offices_townships_and_agencies_without_a_place_code_are_taken(read):
    office = (
        GOOD.replace("kjj", "zfb")
        .replace("福州市科学技术局", "福州市人民政府办公厅")
        .replace("science_and_technology", "government_office")
    )
    foreign = GOOD.replace("kjj", "wsb").replace("福州市科学技术局", "福州市人民政府外事办公室")
    town = GOOD.replace("kjj", "xzz").replace(",350100,", ",350100001,").replace("prefecture", "township")
    nowhere = OTHER.replace(",350200,", ",,").replace("science_and_technology", "")
    assert [agency.place_code for agency in read(HEADER, office, foreign, town, nowhere).agencies] == [
        "350100",
        "350100001",
        "350100",
        "",
    ]


# -- succession ----------------------------------------------------------------------------------------------------------

MERGED = GOOD.replace("2019-01-01,", "2022-07-01,,350100-stb;350100-xxb")
STAFF = GOOD.replace("kjj", "stb").replace("科学技术局", "科技人才办公室") + "2022-06-30"
INFORMATION = GOOD.replace("kjj", "xxb").replace("科学技术局", "信息化办公室") + "2022-07-01,"


def test_a_merged_agency_names_those_whose_duties_it_took_over(read):
    registry = read(HEADER, MERGED, STAFF, INFORMATION)
    assert registry.by_id["350100-kjj"].predecessors == ("350100-stb", "350100-xxb")
    assert registry.by_id["350100-stb"].predecessors == ()
    assert {before: [agency.agency_id for agency in after] for before, after in registry.successors.items()} == {
        "350100-stb": ["350100-kjj"],
        "350100-xxb": ["350100-kjj"],
    }


def test_a_registry_without_the_column_of_predecessors_is_read_as_before(read):
    (agency,) = read(HEADER.removesuffix(",predecessors"), GOOD).agencies
    assert agency.predecessors == ()


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        pytest.param([MERGED, STAFF], 2, "350100-xxb is not in the registry", id="unknown"),
        pytest.param([STAFF, INFORMATION, MERGED.replace("-stb", "-stc")], 4, "did you mean 350100-stb", id="mistyped"),
        pytest.param([INFORMATION, MERGED.replace("-stb", "-kjj")], 3, "350100-kjj is the agency itself", id="itself"),
        pytest.param([INFORMATION, MERGED.replace("-stb", "-xxb")], 3, "one agency twice", id="twice"),
        pytest.param([MERGED, STAFF.replace("2022-06-30", ""), INFORMATION], 2, "350100-stb is valid to this day", id="goes on"),
        pytest.param(
            [STAFF, INFORMATION.replace("2022-07-01", "2022-07-02"), MERGED],
            4,
            "350100-xxb is valid to 2022-07-02",
            id="ends later",
        ),
        pytest.param(
            [STAFF + ",350100-xxb", INFORMATION.removesuffix(",") + ",350100-stb"], 2, "in a circle: 350100-", id="in a circle"
        ),
    ],
)
def test_a_wrong_predecessor_is_refused_by_the_line_that_names_it(read, tmp_path, lines, line, told):
    with pytest.raises(ConfigurationError) as refused:
        read(HEADER, *lines)
    assert str(refused.value).startswith(f"{tmp_path / 'agencies.csv'}: line {line}: ")
    assert told in str(refused.value)


# -- the file ------------------------------------------------------------------------------------------------------------


def test_a_registry_saved_in_another_encoding_is_refused_by_file(read, tmp_path):
    with pytest.raises(ConfigurationError, match=r"agencies\.csv"):
        read(HEADER, GOOD, encoding="gbk")


def test_a_missing_registry_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(ConfigurationError, match="GX_DATA_DIR"):
        Registry.read(tmp_path / "agencies.csv")


def test_a_mistyped_id_finds_its_neighbours(registry):
    assert "350100-kjj" in registry.closest("350100-kj")
    assert registry.closest("nothing like it") == []


def test_the_registry_knows_every_agency_of_the_samples(registry):
    assert {"350100-kjj", "652700-kjj", "350505-kjj", "350100-gxj", "350102-rmzf", "999900-sjj"} <= registry.by_id.keys()
    assert registry.by_id["350102-rmzf"].kind == "government"
