"""Search and registers, measured: `./office shell --db X < benchmarks/evidence.py`.

Fills a table with titles and a register with entries, so let X be a scratch database;
what was added is rolled back or removed at the end. Prints ratios of one run; nothing
is asserted, wall time belongs to the machine.
"""

import random
import threading
import time
from statistics import median

from odoo import api

ROWS = 200_000
WORDS = (
    "关于 做好 2026年 春季 学期 开学 工作 的 通知 教育局 转发 学生 安全 防火 消防 演练 "
    "食堂 卫生 检查 教师 培训 考核 方案 会议 纪要 请示 批复 家长 委员会 活动 运动会 "
    "图书馆 采购 申请 设备 维修 招生 简章 心理 健康 讲座 报名 名单 公示 值班 安排"
).split()
RARE = "防汛"
APPENDS = 400


def table(title, rows):
    print(f"\n{title}")
    for label, *cells in rows:
        print(f"  {label:<44}", *(f"{cell:>14}" for cell in cells))


def timed(work, times=7):
    spans = []
    for _round in range(times):
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return median(spans)


def bench_search(env):
    from odoo.addons.school_office_base.tools import bigrams

    cr = env.cr
    cr.execute(
        "CREATE TEMP TABLE bench_title (id int, name text, document text, tokens text)"
    )
    chance = random.Random(1)
    rows = []
    for number in range(ROWS):
        words = chance.choices(WORDS, k=9)
        if number % 10_000 == 7:
            words[4] = RARE
        name = "".join(words) + f"〔2026〕{number}号"
        document = bigrams.normalise(name)
        tokens = " ".join(sorted(bigrams.index_tokens(document)))
        rows.append((number, name, document, tokens))
    start = time.perf_counter()
    for offset in range(0, ROWS, 5000):
        cr.execute_values(
            "INSERT INTO bench_title VALUES %s", rows[offset : offset + 5000]
        )
    cr.execute("CREATE INDEX ON bench_title USING gin (string_to_array(tokens, ' '))")
    cr.execute("ANALYZE bench_title")
    filled = time.perf_counter() - start

    def ilike(word):
        cr.execute("SELECT id FROM bench_title WHERE name ILIKE %s", [f"%{word}%"])
        return cr.fetchall()

    def by_bigrams(word):
        word = bigrams.normalise(word)
        cr.execute(
            "SELECT id FROM bench_title WHERE string_to_array(tokens, ' ') @> %s"
            " AND document LIKE %s",
            [sorted(bigrams.query_tokens(word)), f"%{word}%"],
        )
        return cr.fetchall()

    lines = [("word", "found", "ilike ms", "bigrams ms", "ratio")]
    for word in (RARE, RARE[1], "防汛学生", "199987号", "消防"):
        slow, fast = (
            timed(lambda w=word: ilike(w), 3),
            timed(lambda w=word: by_bigrams(w)),
        )
        same = sorted(ilike(word)) == sorted(by_bigrams(word))
        lines.append(
            (
                word + ("" if same else "  RESULTS DIFFER"),
                len(by_bigrams(word)),
                f"{slow * 1000:.1f}",
                f"{fast * 1000:.2f}",
                f"{slow / fast:.0f}x",
            )
        )
    table(f"Search among {ROWS} titles (filled in {filled:.0f} s)", lines)


def bench_register(env):
    registry, school = env.registry, None
    with registry.cursor() as cr:
        scratch = api.Environment(cr, api.SUPERUSER_ID, {})
        school = scratch["res.company"].create(
            {"name": f"Bench {time.time()}", "is_school": True, "school_code": "BENCH"}
        )
        school._school_set_up()
        scratch["school.register"]._ensure(school, "bench", "Bench")
        school_id = school.id

    def append(count, size=1):
        for _round in range(count):
            with registry.cursor() as cr:
                own = api.Environment(cr, api.SUPERUSER_ID, {})
                company = own["res.company"].browse(school_id)
                rows = [
                    {
                        "event": "registered",
                        "record": company,
                        "payload": {"name": "关于防汛工作的通知", "copies": number},
                        "number": f"N{number}",
                    }
                    for number in range(size)
                ]
                own["school.register"]._append(company, "bench", rows)

    def crowd(writers):
        each = APPENDS // writers
        threads = [
            threading.Thread(target=append, args=(each,)) for _writer in range(writers)
        ]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return each * writers / (time.perf_counter() - start)

    append(5)
    one, eight = crowd(1), crowd(8)
    start = time.perf_counter()
    append(1, size=1000)
    batch = 1000 / (time.perf_counter() - start)
    with registry.cursor() as cr:
        scratch = api.Environment(cr, api.SUPERUSER_ID, {})
        book = scratch["school.register"].search(
            [("company_id", "=", school_id), ("code", "=", "bench")]
        )
        start = time.perf_counter()
        check = book._verify("full")
        verified = check.entry_count / (time.perf_counter() - start)
        intact = check.state
    table(
        "Register, one committed transaction for each append",
        [
            ("writers", "appends/s", "ratio"),
            ("1", f"{one:.0f}", "1.0x"),
            ("8", f"{eight:.0f}", f"{eight / one:.1f}x"),
            (
                "1, a thousand entries in one batch",
                f"{batch:.0f}",
                f"{batch / one:.0f}x",
            ),
            (f"verified ({intact}) entries/s", f"{verified:.0f}", ""),
        ],
    )
    clean_up(registry, school_id)


def clean_up(registry, school_id):
    """Take the bench school away as only the owner of the database can."""
    with registry.cursor() as cr:
        cr.execute("SET LOCAL session_replication_role = replica")
        cr.execute(
            r"""SELECT relname FROM pg_class
                JOIN pg_attribute ON attrelid = pg_class.oid
                 WHERE relkind = 'r' AND attname = 'company_id'
                   AND relname LIKE 'school\_%'"""
        )
        for (name,) in cr.fetchall():
            cr.execute(f'DELETE FROM "{name}" WHERE company_id = %s', [school_id])
        cr.execute(
            "UPDATE res_company SET active = FALSE, is_school = FALSE,"
            " school_code = NULL WHERE id = %s",
            [school_id],
        )


bench_search(env)  # noqa: F821 - the shell provides it
env.cr.rollback()  # noqa: F821
bench_register(env)  # noqa: F821
