"""The model: what Splink needs to know, and the thresholds with the account of how they were chosen."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.linkage import blocking, comparisons

VERSION = "linkage-1"
DEFAULT = Path(__file__).parent / "model.json"


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model. Weights are log2 of the odds; `margin` is how much better the best person must fit.

    `zone` is how far below the threshold a fit still is a question for a clerk.
    """

    version: str
    threshold: float
    margin: float
    zone: float
    chosen: str
    trained_on: str
    splink: dict[str, Any]

    def at(self, threshold: float, margin: float, chosen: str = "") -> "Model":
        """Return the model with other thresholds."""
        return replace(self, threshold=threshold, margin=margin, chosen=chosen or self.chosen)

    def save(self, path: Path) -> None:
        """Write the model, the same bytes for the same model."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def load(path: Path = DEFAULT) -> Model:
    """Read a model, or say what is wrong with the file."""
    try:
        model = Model(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        fact = Text("不是可用的比对模型", "not a usable linkage model")
        remedy = Text("用 linkage train 重新训练", "train one with linkage train")
        raise UnusableInput("linkage.model.unusable", fact, place=path.name, remedy=remedy) from error
    if model.version != VERSION:
        fact = Text(f"模型版本是{model.version}，需要{VERSION}", f"the model is {model.version}; {VERSION} is needed")
        raise UnusableInput("linkage.model.version", fact, place=path.name)
    return model


def untrained() -> dict[str, Any]:
    """Return the settings before any training."""
    return {
        "link_type": "dedupe_only",
        "sql_dialect": "duckdb",
        "unique_id_column_name": "unique_id",
        "comparisons": list(comparisons.ALL),
        "blocking_rules_to_generate_predictions": blocking.rules(),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "max_iterations": 20,
    }
