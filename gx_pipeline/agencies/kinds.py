"""The closed lists by which agencies are told apart."""

from typing import Literal

Level = Literal["province", "prefecture", "county", "township"]
Kind = Literal["government", "department"]
