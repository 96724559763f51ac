"""Makes the sample series of this folder out of random numbers from fixed seeds.

    python3 make_series.py
"""

import csv
import math
import random
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent


def write(name, header, rows):
    with open(FOLDER / name, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def bump(hour, centre, width):
    """A bell around an hour of the day, which goes on past midnight."""
    distance = (hour - centre + 12) % 24 - 12
    return math.exp(-((distance / width) ** 2) / 2)


def bicycle_rentals():
    """Every hour of nine weeks: two rush hours on working days, afternoons at weekends, and the weather."""
    source = random.Random(1)
    start = datetime(2024, 5, 6)
    weather, rows = 0.0, []
    for step in range(9 * 7 * 24):
        time = start + timedelta(hours=step)
        weather = 0.985 * weather + source.gauss(0, 0.07)
        if time.weekday() < 5 and time.date() != datetime(2024, 5, 20).date():
            level = 6 + 150 * bump(time.hour, 8, 1.1) + 60 * bump(time.hour, 13, 3) + 175 * bump(time.hour, 17.5, 1.7)
        else:
            level = 12 + 120 * bump(time.hour, 14.5, 3.6) + 25 * bump(time.hour, 23.5, 1.8)
        level *= math.exp(weather) * (1 + 0.003 * step / 24)
        rentals = max(0, round(source.gauss(level, 1.3 * math.sqrt(level))))
        if datetime(2024, 6, 12, 1) <= time < datetime(2024, 6, 12, 7):
            continue  # The counter was being repaired.
        is_lost = source.random() < 0.004
        rows.append([time, "" if is_lost else rentals])
    write("bicycle-rentals.csv", ["time", "rentals"], rows)


def bakery_sales():
    """Every day of 40 weeks in three shops, one below the other: weekends, summer, and one shop that is new."""
    source = random.Random(2)
    shops = {
        "Market Square": (420, [0.8, 0.85, 0.9, 0.95, 1.15, 1.6, 0.75], 0, 0.02),
        "Station": (310, [1.15, 1.1, 1.1, 1.1, 1.2, 0.8, 0.55], 0, -0.05),
        "Riverside": (150, [0.7, 0.75, 0.8, 0.9, 1.1, 1.5, 1.25], 120, 0.9),
    }
    start = datetime(2024, 1, 1)
    rows = []
    for day in range(40 * 7):
        date = start + timedelta(days=day)
        for shop, (level, week, opening, growth) in shops.items():
            if day < opening:
                continue
            season = 1 + 0.1 * math.sin(2 * math.pi * (day - 100) / 365)
            trend = 1 + growth * (1 - math.exp(-(day - opening) / 80))
            mean = level * week[date.weekday()] * season * trend
            rows.append([date.date(), shop, max(0, round(source.gauss(mean, 0.06 * mean)))])
    write("bakery-sales.csv", ["date", "shop", "loaves"], rows)


if __name__ == "__main__":
    bicycle_rentals()
    bakery_sales()
