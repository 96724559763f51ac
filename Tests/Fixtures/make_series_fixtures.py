"""Writes what other libraries make of times and series, for the tests of TesseraSeries and TesseraForecasting.

Run in Tests/Fixtures with numpy, pandas 2, statsforecast, statsmodels, utilsforecast and gluonts installed:
    python3 make_series_fixtures.py
"""
import json

import numpy as np
import pandas as pd
from gluonts.evaluation.metrics import mase as gluonts_mase
from gluonts.evaluation.metrics import quantile_loss as gluonts_quantile_loss
from scipy.stats import norm
from statsforecast.models import Naive, RandomWalkWithDrift, SeasonalNaive
from statsmodels.tsa.forecasting.theta import ThetaModel
from utilsforecast import losses

FOLDER = "series"
HORIZON = 15


def save(name, value):
    with open(f"{FOLDER}/{name}.json", "w") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


# Times: our name of a frequency, the first time, and pandas' offset for one step.
calendar = []
for name, start, offset in [
    ("s", "1999-12-31 23:59:50", "s"),
    ("15min", "2024-02-28 23:00:00", "15min"),
    ("6h", "1900-02-28 12:00:00", "6h"),
    ("D", "2000-02-20 00:00:00", "D"),
    ("3D", "1969-12-20 06:30:00", "3D"),
    ("B", "2024-02-27 00:00:00", "B"),
    ("2B", "1969-12-26 09:00:00", "2B"),
    ("W", "2021-12-14 00:00:00", "7D"),
    ("W-SUN", "2021-12-12 00:00:00", "W-SUN"),
    ("MS", "1899-11-01 00:00:00", "MS"),
    ("ME", "2023-11-30 00:00:00", "ME"),
    ("2ME", "2023-08-31 00:00:00", "2ME"),
    ("QS", "2023-10-01 00:00:00", "QS-OCT"),
    ("QE-DEC", "2023-12-31 00:00:00", "QE-DEC"),
    ("YS", "2023-01-01 00:00:00", "YS"),
    ("YE-FEB", "2022-02-28 00:00:00", "YE-FEB"),
    ("M", "2023-01-31 08:00:00", pd.DateOffset(months=1)),
    ("Q", "2022-11-30 00:00:00", pd.DateOffset(months=3)),
    ("Y", "2020-02-29 00:00:00", pd.DateOffset(years=1)),
]:
    count = 40
    if isinstance(offset, str):
        times = pd.date_range(start, periods=count, freq=offset)
    else:
        # Counted from the first time, so that the day comes back after shorter months.
        times = [pd.Timestamp(start) + offset * step for step in range(count)]
    calendar.append({"frequency": name, "times": [time.strftime("%Y-%m-%d %H:%M:%S") for time in times]})
save("calendar", {"cases": calendar})


# Baselines.
def correlation(values, lag):
    deviations = values - values.mean()
    return (deviations[lag:] * deviations[: len(values) - lag]).sum() / (deviations**2).sum()


def is_seasonal(values, season):
    """The test of the M competitions."""
    if season == 1 or len(values) < 3 * season:
        return False
    squares = sum(correlation(values, lag) ** 2 for lag in range(1, season))
    return abs(correlation(values, season)) > 1.645 * np.sqrt((1 + 2 * squares) / len(values))


def theta(values, season):
    model = ThetaModel(values, period=season, deseasonalize=is_seasonal(values, season), use_test=False)
    result = model.fit()
    return {
        "mean": list(map(float, result.forecast(HORIZON))),
        "alpha": float(result.params["alpha"]),
        "isSeasonal": bool(is_seasonal(values, season)),
    }


def normal(model, values, factor=1.0):
    """The mean and the standard deviation of a forecast, whose interval of 80 % tells the latter."""
    result = model.forecast(y=values, h=HORIZON, level=[80])
    deviation = (result["hi-80"] - result["mean"]) / norm.ppf(0.9)
    return {"mean": list(map(float, result["mean"])), "deviation": list(map(float, deviation * factor))}


random = np.random.default_rng(7)
months = np.arange(120)
series = {
    "multiplicative": (
        "MS", 12,
        np.exp(4 + 0.01 * months + 0.2 * np.sin(months / 12 * 2 * np.pi) + 0.05 * random.normal(size=120))),
    "additive": (
        "D", 7, np.array([3, 1, -1, -2, 0, 2, -3])[np.arange(91) % 7] + 0.02 * np.arange(91) + random.normal(size=91)),
    "walk": ("h", 24, 50 + np.cumsum(random.normal(size=200))),
    "yearly": ("YE", 1, 10 + 0.8 * np.arange(25) + random.normal(size=25)),
}
baselines = []
for name, (frequency, season, values) in series.items():
    values = np.round(values, 4)
    count = len(values)
    baselines.append({
        "name": name, "frequency": frequency, "seasonLength": season, "values": list(map(float, values)),
        "naive": normal(Naive(), values),
        "seasonalNaive": normal(SeasonalNaive(season), values),
        # statsforecast divides the squares by the number of residuals; Hyndman & Athanasopoulos by one less for the slope.
        "drift": normal(RandomWalkWithDrift(), values, np.sqrt((count - 1) / (count - 2))),
        "theta": theta(values, season),
    })
save("baselines", {"cases": baselines})

# Errors: seasonal naive in windows that overlap.
_, season, values = series["multiplicative"]
values = np.round(values, 4)
horizon, stride, windows = 6, 4, 5
levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
truth, training, quantile_losses, scaled = [], [], [], []
for window in range(windows):
    origin = len(values) - horizon - window * stride
    result = SeasonalNaive(season).forecast(y=values[:origin], h=horizon, level=[20, 40, 60, 80])
    frame = pd.DataFrame({"unique_id": str(window), "ds": range(origin, origin + horizon)})
    frame["y"], frame["model"] = values[origin:origin + horizon], result["mean"]
    frame["model-lo-80"], frame["model-hi-80"] = result["lo-80"], result["hi-80"]
    for level in levels:
        width = round(abs(2 * level - 1) * 100)
        key = "mean" if width == 0 else f"{'lo' if level < 0.5 else 'hi'}-{width}"
        quantile_losses.append(gluonts_quantile_loss(frame["y"].to_numpy(), result[key], level))
    errors = np.abs(values[season:origin] - values[:origin - season]).mean()
    scaled.append(gluonts_mase(frame["y"].to_numpy(), result["mean"], errors))
    truth.append(frame)
    training.append(pd.DataFrame({"unique_id": str(window), "ds": range(origin), "y": values[:origin]}))
truth, training = pd.concat(truth), pd.concat(training)


def mean(table):
    """Over windows, which are of one length."""
    return float(table["model"].mean())


utils_mase = mean(losses.mase(truth, ["model"], season, training))
assert abs(utils_mase - np.mean(scaled)) < 1e-12
save("accuracy", {
    "series": "multiplicative", "horizon": horizon, "stride": stride, "windows": windows, "quantileLevels": levels,
    "mae": mean(losses.mae(truth, ["model"])),
    "mse": mean(losses.mse(truth, ["model"])),
    "mase": utils_mase,
    # utilsforecast leaves out the factor 2 of the usual definition.
    "smape": 2 * mean(losses.smape(truth, ["model"])),
    "coverage": mean(losses.coverage(truth, ["model"], 80)),
    # GluonTS: the losses, which carry the factor 2, by the sum of the amounts, averaged over the levels.
    "weightedQuantileLoss": float(sum(quantile_losses) / len(levels) / truth["y"].abs().sum()),
})
