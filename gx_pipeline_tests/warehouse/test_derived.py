"""What derives from the forms and the rules is not stale."""

from gx_pipeline.settings import CHECKOUT
from gx_pipeline.warehouse.seeds import seeds

# Names of the country's provinces: no form and no rule has them.
WRITTEN_BY_HAND = {"provinces.csv"}


def test_the_dbt_seeds_are_those_that_forms_and_rules_give():
    stored = {path.name: path.read_text("utf-8") for path in (CHECKOUT / "dbt" / "seeds").glob("*.csv")}
    assert stored.keys() >= WRITTEN_BY_HAND
    assert {name: text for name, text in stored.items() if name not in WRITTEN_BY_HAND} == seeds(), "run `make derived`"
