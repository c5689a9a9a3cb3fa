"""The persons of the demo and their background."""

import numpy as np
import polars as pl

SHARE_OF_WOMEN = 0.64  # of persons with sickness benefit, 2017
BIRTH_YEARS = (1955, 1997)  # 17 to 64 years old throughout

# The codes of the insured type; the shares are the demo's own.
EMPLOYED, UNEMPLOYED = 8, 2
INSURED_TYPES = {EMPLOYED: 0.80, UNEMPLOYED: 0.12, 3: 0.05, 5: 0.03}

MUNICIPALITIES = ("0180", "0380", "0580", "0680", "0880", "1080", "1280", "1380", "1480", "1780")
INDUSTRIES = ("41200", "47112", "49410", "56100", "62010", "85201", "87301", "88101")


def draw_persons(count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Draw one row a person: serial number and background."""
    types, shares = list(INSURED_TYPES), list(INSURED_TYPES.values())
    insured = rng.choice(np.array(types, dtype=np.int8), size=count, p=shares)
    industry = pl.Series(INDUSTRIES).gather(rng.integers(0, len(INDUSTRIES), count))
    municipality = rng.integers(0, len(MUNICIPALITIES), count)
    return pl.DataFrame(
        {
            "lopnr": rng.permutation(count).astype(np.int32) + 1,
            "woman": rng.random(count) < SHARE_OF_WOMEN,
            "birth_year": rng.integers(BIRTH_YEARS[0], BIRTH_YEARS[1] + 1, count, dtype=np.int32),
            "insured_type": insured,
            "industry": industry,
            "municipality": pl.Series(MUNICIPALITIES).gather(municipality),
            "daily_amount": rng.integers(350, 718, count, dtype=np.int32),
        }
    ).with_columns(pl.when(pl.col("insured_type") == EMPLOYED).then("industry"))
