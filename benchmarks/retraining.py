"""How often the right thing is recommended: `python -m benchmarks.retraining [--seeds 50] [--first 0] [--jobs 1]`.

Each case of `benchmarks/retraining_cases.py` goes through the log, the monitor and the judge of a home of its own, once
for each seed and task; every second card states no importance of features. Answers are added to the file that
`--answers` names, so that a run that was stopped goes on; at its end all of them make RETRAINING.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.retraining_cases import PAIRS, RIGHT, answered
from dashboard.measures.intervals import wilson

REPORT = Path(__file__).parent / "RETRAINING.md"
HEADING = """# How often the right thing is recommended

Written by `python -m benchmarks.retraining`; what is made up stands in `benchmarks/retraining_cases.py`: a year of 40
cases a day, of which three months are the reference, 5 % of the outcomes missing, prices on the card, a training costs
8,000. *Right* is what was known before: in one event with recovery both `no` and `later` are.
"""
Asked = tuple[str, str, int]
Answer = dict[str, str | int]


def asked(seeds: Sequence[int]) -> Iterator[Asked]:
    """Every case, task and seed, seed by seed."""
    for seed in seeds:
        for case, task in PAIRS:
            yield case, task, seed


def answer(question: Asked) -> Answer:
    """What is recommended in one case."""
    case, task, seed = question
    with tempfile.TemporaryDirectory(prefix="retraining-") as folder:
        found = answered(case, task, seed, Path(folder), importance=seed % 2 == 0)
    return {"case": case, "task": task, "seed": seed, "recommendation": found.recommendation, "cause": found.cause}


def write_report(answers: Sequence[Answer], path: Path = REPORT) -> str:
    """The table of right answers, and every wrong one."""
    lines = [HEADING, f"{datetime.now(UTC):%Y-%m-%d}, {len({one['seed'] for one in answers})} seeds.", ""]
    lines += ["| case | task | runs | right | 95 % interval | suspected causes |", "|---|---|---|---|---|---|"]
    for case, task in PAIRS:
        found = [one for one in answers if (one["case"], one["task"]) == (case, task)]
        if found:
            lines.append(_line(case, task, found, RIGHT[case]))
    good = sum(one["recommendation"] in RIGHT[str(one["case"])] for one in answers)
    low, high = wilson(good / len(answers), len(answers))
    lines += ["", f"Together: {good} of {len(answers)} right ({low:.1%} to {high:.1%}).", ""]
    wrong = [one for one in answers if one["recommendation"] not in RIGHT[str(one["case"])]]
    if wrong:
        lines += ["Wrong answers:", ""]
        lines += [
            f"- {one['case']}, {one['task']}, seed {one['seed']}: `{one['recommendation']}` ({one['cause']})"
            for one in wrong
        ]
        lines.append("")
    text = "\n".join(lines)
    path.write_text(text, encoding="utf-8")
    return text


def _line(case: str, task: str, found: Sequence[Answer], right: Sequence[str]) -> str:
    good = sum(one["recommendation"] in right for one in found)
    low, high = wilson(good / len(found), len(found))
    causes = ", ".join(
        f"{cause} {number}" for cause, number in Counter(str(one["cause"]) for one in found).most_common()
    )
    return f"| {case} | {task} | {len(found)} | {good} | {low:.0%} to {high:.0%} | {causes} |"


def read_answers(path: Path) -> list[Answer]:
    """The answers that a file holds."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retraining", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--answers", type=Path, default=Path(tempfile.gettempdir()) / "retraining-answers.jsonl")
    arguments = parser.parse_args()
    known = {(one["case"], one["task"], one["seed"]) for one in read_answers(arguments.answers)}
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    questions = [one for one in asked(seeds) if one not in known]
    with ProcessPoolExecutor(arguments.jobs) as pool, arguments.answers.open("a", encoding="utf-8") as kept:
        for found in pool.map(answer, questions):
            kept.write(json.dumps(found) + "\n")
            kept.flush()
    print(write_report(read_answers(arguments.answers)))


if __name__ == "__main__":
    main()
