"""What the comparisons with peers print."""
import statistics


def ratio(ours, theirs):
    """The median of the rounds' ratios, with the least and the largest behind it."""
    ratios = sorted(a / b for a, b in zip(ours, theirs))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
