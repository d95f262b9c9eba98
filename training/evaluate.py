"""Measure the ready model on annotated documents.

python -m training.evaluate [train | development | test | FILE.jsonl] [--predictions OUT]
python -m training.evaluate --tune        thresholds and calibration on the development split, test scores into model/model.json
"""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from schemas.ontology import ONTOLOGY
from service.decode import Thresholds
from service.engine import Engine
from service.extract import Reader, read
from service.model import WEIGHTS, build, load
from service.normalise import Calibration
from service.settings import from_environment
from training import corpus
from training.calibrate import Read, choose_thresholds, fit_calibration, outcomes, predict
from training.score import Outcome, calibration_error, clusters, errors, strata, summary


def read_gold(source: str) -> list[dict]:
    """Documents in the scorer's form, from a split's name or a JSON Lines file."""
    if source in corpus.SPLITS:
        return [corpus.to_gold(d) for d in corpus.read_split(source)]
    with open(source, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def read_all(reader: Reader, documents: list[dict]) -> list[Read]:
    """The network's reading of each document."""
    return [Read(d, read(reader, d["text"])) for d in documents]


def figures(found: list[Outcome]) -> dict:
    """Everything that is reported of some documents."""
    languages = sorted({o.language for o in found})
    return {
        "all": summary(found),
        "languages": {name: summary([o for o in found if o.language == name]) for name in languages},
        "strata": strata(found),
        "clusters": clusters(found),
        "calibration_error": {
            "events": calibration_error([r for o in found for r in o.events]),
            "arguments": calibration_error([r for o in found for r in o.arguments]),
        },
        "errors": dict(errors(found)),
    }


def table(report: dict) -> str:
    """The report as text."""
    lines = [f"{'':34}{'documents':>10}{'events':>8}{'95 %':>14}{'arguments':>11}{'95 %':>14}{'frames':>8}{'status':>8}{'form':>7}"]
    for name, row in {"all": report["all"], **report["languages"]}.items():
        cells = [
            f"{row[what]['f1']:{width}.3f}  [{row[what]['interval'][0]:.2f}, {row[what]['interval'][1]:.2f}]"
            for what, width in (("event", 8), ("arguments", 11))
        ]
        lines.append(
            f"{name:34}{row['documents']:10}{''.join(cells)}{row['frame']['f1']:8.3f}{row['status'] or 0:8.3f}{row['form'] or 0:7.3f}"
        )
    lines.append("")
    for name, row in report["strata"].items():
        lines.append(f"{name:34}{row['gold']:6} gold  " + "  ".join(f"{k} {v:.3f}" for k, v in row.items() if k != "gold"))
    lines.append("\nwrong merges (events that join triggers of different events) and splits (events given twice)")
    lines += [f"  {name:32}{row['wrong']:4} of {row['of']:5}  {row['share']:.2%}" for name, row in report["clusters"].items()]
    lines.append("\nexpected calibration error: " + ", ".join(f"{k} {v}" for k, v in report["calibration_error"].items()))
    lines.append("\nmost frequent errors")
    lines += [f"  {n:4}  {name}" for name, n in report["errors"].items()]
    return "\n".join(lines)


def write_predictions(reads: list[Read], thresholds: Thresholds, calibration: Calibration, path: Path) -> None:
    """`{"id", "events"}` a line, as the service answers."""
    with path.open("w", encoding="utf-8") as file:
        for one in reads:
            row = {"id": one.document["id"], "events": predict(one, thresholds, calibration, ONTOLOGY)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="test", help="train, development, test or a JSON Lines file")
    parser.add_argument("--predictions", type=Path, help="also write the predictions there")
    parser.add_argument("--json", action="store_true", help="figures as JSON instead of a table")
    parser.add_argument("--tune", action="store_true")
    args = parser.parse_args()
    settings = from_environment()
    engine = Engine(*load(build(settings)))
    reader, thresholds, calibration = engine.reader, engine.reader.thresholds, engine.calibration
    if args.tune:
        development = read_all(reader, read_gold("development"))
        thresholds = choose_thresholds(development, ONTOLOGY)
        calibration = fit_calibration(development, thresholds, ONTOLOGY)
        print(thresholds, calibration, file=sys.stderr)
    reads = read_all(replace(reader, thresholds=thresholds), read_gold(args.source))
    report = figures(outcomes(reads, thresholds, calibration, ONTOLOGY))
    print(json.dumps(report, indent=1, ensure_ascii=False) if args.json else table(report))
    if args.predictions:
        write_predictions(reads, thresholds, calibration, args.predictions)
    if args.tune:
        description = json.loads((WEIGHTS / "model.json").read_text())
        description["thresholds"] = asdict(thresholds)
        description["calibration"] = asdict(calibration)
        description["scores"] = {"split": args.source, "all": report["all"], "languages": report["languages"]}
        description["scores"] |= {name: report[name] for name in ("clusters", "calibration_error")}
        (WEIGHTS / "model.json").write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    main()
