"""What derives from the forms and the rules is not stale."""

from gx_pipeline.settings import CHECKOUT
from gx_pipeline.warehouse.seeds import seeds


def test_the_dbt_seeds_are_those_that_forms_and_rules_give():
    stored = {path.name: path.read_text("utf-8") for path in (CHECKOUT / "dbt" / "seeds").glob("*.csv")}
    assert stored == seeds(), "run `make derived`"
