# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ratios of paired runs, with bootstrap intervals."""

import math
import random
import statistics

RESAMPLES = 4000


def geomean(values):
    return math.exp(statistics.fmean(math.log(v) for v in values))


def interval(samples, level=0.95):
    """The middle `level` part of a list of bootstrap samples."""
    ordered = sorted(samples)
    cut = (1 - level) / 2
    low = ordered[int(cut * (len(ordered) - 1))]
    high = ordered[math.ceil((1 - cut) * (len(ordered) - 1))]
    return low, high


def bootstrap_medians(ratios, rng):
    """Medians of resamples of the paired ratios of one program."""
    return [statistics.median(rng.choices(ratios, k=len(ratios)))
            for _ in range(RESAMPLES)]


def summarize(pairs):
    """pairs: program -> list of (base, other), one pair per round.

    Returns ({program: (median ratio, low, high)}, (geomean, low, high)).
    """
    rng = random.Random(1)
    rows, resampled = {}, []
    for program, values in pairs.items():
        ratios = [other / base for base, other in values]
        medians = bootstrap_medians(ratios, rng)
        rows[program] = (statistics.median(ratios), *interval(medians))
        resampled.append(medians)
    centre = geomean([row[0] for row in rows.values()])
    means = [geomean(column) for column in zip(*resampled)]
    return rows, (centre, *interval(means))


def wilson(hits, n, z=1.96):
    """The Wilson 95 % interval of a share."""
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = (z / (1 + z * z / n) *
            math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return max(0.0, centre - half), min(1.0, centre + half)
