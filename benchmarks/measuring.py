"""What the benchmarks share: meters, taking turns, and the table with its targets.

Two sides that are compared always take turns, so that what else the machine does meets
both, and the best or the middle of several rounds counts. Where the machine is busy all
the time, look at the processor's time and at the queries.
"""

import contextlib
import gc
import statistics
import time

FIGURES = ("seconds", "cpu", "queries")


class Meter:
    """Wall seconds, processor seconds and queries of one piece of work.

    It starts with empty record caches, as a request does, and ends with all that is
    done before the commit. The processor's time is that of Python and, where the system
    tells it, of PostgreSQL for our connections. The second connection, on which numbers
    and registers wait for their turn, counts too.
    """

    def __init__(self, env):
        self.env = env
        self.seconds, self.cpu, self.queries = 0.0, 0.0, 0

    def run(self, work):
        settle(self.env)
        self.env.invalidate_all()
        gc.collect()
        queries, cpu, start = self._queries(), self._cpu(), time.perf_counter()
        result = work()
        settle(self.env)
        self.seconds += time.perf_counter() - start
        self.cpu += self._cpu() - cpu
        self.queries += self._queries() - queries
        return result

    def _queries(self):
        side = self.env.cr.postcommit.data.get("school.serial")
        return self.env.cr.sql_log_count + (side.cr.sql_log_count if side else 0)

    def _cpu(self):
        from odoo import sql_db

        # All of the pool: a second connection may have been used before.
        connections = sql_db._Pool._connections
        pids = [each.get_backend_pid() for each in connections if not each.closed]
        return time.process_time() + backends_cpu(pids)

    @classmethod
    def middle(cls, meters):
        return cls._of(meters, statistics.median)

    @classmethod
    def best(cls, meters):
        return cls._of(meters, min)

    @classmethod
    def _of(cls, meters, choose):
        result = cls(meters[0].env)
        for name in FIGURES:
            setattr(result, name, choose(getattr(meter, name) for meter in meters))
        return result


def backends_cpu(pids):
    """Seconds of the processor that processes of one thread have taken so far."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/schedstat") as stat:
            total += int(stat.read().split()[0])
    return total / 1e9


def settle(env):
    """Do all that is done before a commit."""
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()


def take_turns(works, rounds):
    """``{key: meters}`` of works ``{key: (env, function)}``, one after the other.

    Every second round goes backwards, so that nobody is always the one who comes after.
    """
    meters = {key: [] for key in works}
    for number in range(rounds):
        for key in [*works] if number % 2 == 0 else [*works][::-1]:
            env, work = works[key]
            meter = Meter(env)
            meter.run(work)
            meters[key].append(meter)
    return meters


class Table:
    """Prints a line for each measurement at once, and the comparisons at the end."""

    def __init__(self, width=52):
        self.width = width
        self.lines = []
        print(f"{'':{width}}{'ms':>10}{'cpu ms':>10}{'queries':>10}", flush=True)

    def add(self, label, meter, count=1):
        print(
            f"{label:{self.width}}{1000 * meter.seconds / count:>10.2f}"
            f"{1000 * meter.cpu / count:>10.2f}{meter.queries / count:>10.1f}",
            flush=True,
        )
        return meter

    def ratio(
        self, label, upper, lower, least=None, most=None, queries=None, by="wall"
    ):
        """``upper`` by ``lower``: by the clock on the wall and in processor time.

        :param least, most: what the ratio has to be
        :param queries: (number, the most there may be)
        :param by: of which of the two the ratio is judged
        """
        wall = upper.seconds / lower.seconds
        cpu = upper.cpu / lower.cpu if lower.cpu else float("nan")
        judged = {"wall": wall, "cpu": cpu}[by]
        targets, met = [], []
        for sign, limit in ((">=", least), ("<=", most)):
            if limit is not None:
                targets.append(f"{by} {sign} {limit}")
                met.append(judged >= limit if sign == ">=" else judged <= limit)
        if queries:
            number, limit = queries
            targets.append(f"{number:.1f} of {limit} queries")
            met.append(number <= limit)
        self.lines.append((label, wall, cpu, ", ".join(targets), met))

    def finish(self):
        """Print the comparisons; return how many targets are missed."""
        print(f"\n{'':{self.width}}{'wall':>9}{'cpu':>9}   target")
        judged = missed = 0
        for label, wall, cpu, targets, met in self.lines:
            verdict = ("ok" if all(met) else "MISSED") if met else ""
            judged += bool(met)
            missed += not all(met)
            print(
                f"{label:{self.width}}{wall:>8.1f}x{cpu:>8.1f}x   {targets:28}{verdict}"
            )
        print(f"{judged - missed} of {judged} targets met")
        return missed
