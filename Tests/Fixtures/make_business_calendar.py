"""Writes how pandas continues, and what it calls, times on the first or last working day of months, quarters and years.

Run in Tests/Fixtures with pandas 2.2 or later installed:
    python3 make_business_calendar.py
"""
import json
import warnings

import pandas as pd

# pandas 3.1 announces that infer_freq will return an offset.
warnings.simplefilter("ignore")
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()

cases = []
for names, counts in [
    (["BME", "BMS", "ME", "MS"], [1, 2, 5]),
    ([f"{name}-{month}" for name in ["BQE", "BQS", "QE"] for month in MONTHS[:3] + MONTHS[9:]], [1]),
    ([f"{name}-{month}" for name in ["BYE", "BYS", "YE"] for month in MONTHS], [1]),
    (["BYE-DEC", "BYS-JAN", "BQE-DEC"], [2]),
]:
    for name in names:
        for count in counts:
            frequency = name if count == 1 else f"{count}{name}"
            # By the place in the list, so that starts are spread over leap years and weekdays.
            start = pd.Timestamp("1999-01-01") + pd.DateOffset(months=7 * len(cases) % 300)
            times = pd.date_range(start, periods=24, freq=frequency)
            if len(times) != 24:
                raise SystemExit(f"{frequency} has {len(times)} times")
            cases.append({
                "frequency": frequency,
                "inferred": pd.infer_freq(times),
                "inferredOfFour": pd.infer_freq(times[:4]),
                "times": " ".join(time.strftime("%Y%m%d") for time in times),
            })
with open("series/business-calendar.json", "w") as file:
    file.write('{"cases":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]}\n")
