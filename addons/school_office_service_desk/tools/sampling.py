"""Stratified random samples that anybody can draw again (DESK-18).

The draw uses nothing but the seed and the identifiers: the rank of an item is the
SHA-256 of "seed:identifier", so that the result can be checked in any language, years
later, with any version of Python.

The seed is fixed and its hash written into a register *before* there is anything to
draw from (commitment), and is itself made known with the draw. So nobody can try seeds
until the sample pleases him, and nobody can foresee which ticket will be looked at.
"""

import hashlib
import secrets
from collections import Counter, defaultdict
from fractions import Fraction

ALGORITHM = "sha256-balanced-1"


def new_seed():
    """A seed that nobody can guess."""
    return secrets.token_hex(16)


def commitment(seed):
    """What is written down before the draw."""
    return hashlib.sha256(f"seed:{seed}".encode()).hexdigest()


def population_hash(items):
    """The identity of what was drawn from, with its strata, whatever its order."""
    text = ";".join(
        f"{identifier}:" + ",".join(str(part) for part in items[identifier])
        for identifier in sorted(items)
    )
    return hashlib.sha256(text.encode()).hexdigest()


def sample_size(population, percent):
    """``percent`` of ``population``, rounded up, never more than there is.

    >>> sample_size(11, 20), sample_size(10, 20), sample_size(0, 20)
    (3, 2, 0)
    """
    share = Fraction(str(percent)) / 100
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 100 percent.")
    wanted = share * population
    return min(population, -(-wanted.numerator // wanted.denominator))


def rank(seed, identifier):
    """The place of an item in the order of this seed: a number of 256 bits."""
    return int(hashlib.sha256(f"{seed}:{identifier}".encode()).hexdigest(), 16)


def draw(seed, items, size):
    """Draw ``size`` of ``items`` so that every stratum has its share.

    :param items: ``{identifier: (stratum, …)}``; each position of the tuple is one
        way to divide the whole (service, handler, low rating, near breach …)
    :return: the identifiers drawn, in the order of the draw

    Greedy balancing: the next item comes from the cell whose strata are furthest behind
    their share, by the smallest rank among its items. A stratum never gets more than
    its share rounded up while another one is short of its share rounded down, as far
    as the cells allow.
    """
    total = len(items)
    if size > total:
        raise ValueError("The sample cannot be larger than what it is drawn from.")
    cells, counts = defaultdict(list), Counter()
    for identifier, strata in items.items():
        cell = tuple(enumerate(strata))
        cells[cell].append((rank(seed, identifier), identifier))
        counts.update(cell)
    for ranked in cells.values():
        ranked.sort(reverse=True)  # the smallest rank is popped first
    taken, drawn = Counter(), []

    def need(cell):
        # How far each stratum is behind its share, in units of 1/total: no fractions.
        gaps = [size * counts[part] - total * taken[part] for part in cell]
        return (-sum(gaps), cells[cell][-1])

    while len(drawn) < size:
        cell = min(cells, key=need)
        drawn.append(cells[cell].pop()[1])
        taken.update(cell)
        if not cells[cell]:
            del cells[cell]
    return drawn
