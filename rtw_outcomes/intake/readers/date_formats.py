"""Dates of SAS, Stata and SPSS: numbers that a format calls a date, and the dates they stand for.

The program converts them itself, because the library that reads the files stops at the first number that
is no date, and shows it.
"""

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS

# A day that no calendar of people has. A cell that holds no date gets it, so that the contract finds the
# cell unreadable and counts it; an empty cell would be counted as missing.
FAR_DAY = 72_329_000  # in the year 200,000
FIRST_DAY = date.min.toordinal() - date(1970, 1, 1).toordinal()
LAST_DAY = date.max.toordinal() - date(1970, 1, 1).toordinal()

# Formats of SAS whose number is a day, and those whose number is a second. DTDATE and the like show
# only the date of a second. Formats that show less than a date, such as YEAR and MONYY, are left out:
# what they show may be all that the number means.
SAS_DAYS = re.compile(
    r"(DATE|WEEKDAT[EX]|WORDDAT[EX]|NLDATE[LMS]?|EURDFD[DE]|JULIAN"
    r"|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|(IS|E|B)8601DA)[0-9.]*"
)
SAS_SECONDS = re.compile(
    r"(DATETIME|DATEAMPM|MDYAMPM|DTDATE|NLDATM[LMS]?|EURDFDT|(IS|E|B)8601D[TNZX])[0-9.]*"
)
STATA_DAYS = re.compile(r"%-?(td|d).*")
STATA_MILLISECONDS = re.compile(r"%-?tc.*")
STATA_WITH_LEAP_SECONDS = re.compile(r"%-?tC.*")
SPSS_DAYS = re.compile(r"(DATE|ADATE|EDATE|JDATE|SDATE)[0-9.]*")
SPSS_SECONDS = re.compile(r"(DATETIME|YMDHMS)[0-9.]*")

# The days that began with a leap second behind them; there has been none since 2017.
AFTER_LEAP_SECOND = (
    *("1972-07-01", "1973-01-01", "1974-01-01", "1975-01-01", "1976-01-01", "1977-01-01"),
    *("1978-01-01", "1979-01-01", "1980-01-01", "1981-07-01", "1982-07-01", "1983-07-01"),
    *("1985-07-01", "1988-01-01", "1990-01-01", "1991-01-01", "1992-07-01", "1993-07-01"),
    *("1994-07-01", "1996-01-01", "1997-07-01", "1999-01-01", "2006-01-01", "2009-01-01"),
    *("2012-07-01", "2015-07-01", "2017-01-01"),
)


@dataclass(frozen=True)
class DateFormat:
    """What the numbers of a column count.

    Attributes:
        origin: the date at which they are 0.
        unit: how many microseconds one of them is.
        is_date: whether the column shows dates, and not times of a day.
        leap_seconds: whether leap seconds are counted too.
    """

    origin: date
    unit: int
    is_date: bool
    leap_seconds: bool = False

    @property
    def type(self) -> pa.DataType:
        """The type of the column in Arrow."""
        return pa.date32() if self.is_date else pa.timestamp("us")


SAS, SPSS = date(1960, 1, 1), date(1582, 10, 14)
# The numbers of Stata at the start of those days, each with the leap seconds before it.
AFTER_LEAP_SECONDS = [
    ((date.fromisoformat(day) - SAS).days * 86_400 + count) * 1000
    for count, day in enumerate(AFTER_LEAP_SECOND, start=1)
]
FORMATS = {
    "SAS": (
        (SAS_DAYS, DateFormat(SAS, DAY, True)),
        (SAS_SECONDS, DateFormat(SAS, MICROSECONDS, False)),
    ),
    "Stata": (
        (STATA_DAYS, DateFormat(SAS, DAY, True)),
        (STATA_MILLISECONDS, DateFormat(SAS, 1000, False)),
        (STATA_WITH_LEAP_SECONDS, DateFormat(SAS, 1000, False, leap_seconds=True)),
    ),
    "SPSS": (
        (SPSS_DAYS, DateFormat(SPSS, MICROSECONDS, True)),
        (SPSS_SECONDS, DateFormat(SPSS, MICROSECONDS, False)),
    ),
}


def find_date_format(program: str, format_name: str | None) -> DateFormat | None:
    """The meaning of a format of `SAS`, `Stata` or `SPSS`; None when it shows no whole date."""
    # Only Stata's formats differ by capitals.
    text = (format_name or "") if program == "Stata" else (format_name or "").upper()
    return next((found for known, found in FORMATS[program] if known.fullmatch(text)), None)


def compute_dates(numbers: list[float | None], meaning: DateFormat) -> pa.Array:
    """The dates, or the times, that numbers stand for; None stays empty.

    A number that is no date of the years 1 to 9999 becomes `FAR_DAY`. So does one with a time of day
    in a column of dates: a time that is cut off could hide a mistake.
    """
    missing = np.array([number is None for number in numbers], dtype=bool)
    values = np.array(numbers, dtype=np.float64)
    if meaning.leap_seconds:
        values -= 1000 * np.searchsorted(AFTER_LEAP_SECONDS, values, side="right")
    offset = meaning.origin.toordinal() - date(1970, 1, 1).toordinal()
    with np.errstate(invalid="ignore"):
        days = np.floor(values * (meaning.unit / DAY)) + offset
        known = (days >= FIRST_DAY) & (days <= LAST_DAY)
    whole = np.floor(np.where(known, values, 0))
    rest = np.where(known, values, 0) - whole
    # Whole units as integers: a float cannot tell all microseconds of 9999 years apart.
    time = whole.astype(np.int64) * meaning.unit + np.rint(rest * meaning.unit).astype(np.int64)
    time += offset * DAY
    if not meaning.is_date:
        return pa.array(np.where(known, time, FAR_DAY * DAY), mask=missing).cast(meaning.type)
    known &= time % DAY == 0
    days = np.where(known, time // DAY, FAR_DAY).astype(np.int32)
    return pa.array(days, mask=missing).cast(meaning.type)
