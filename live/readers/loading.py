"""Loads a model folder that holds a single network: the strokes, words that flow, or the posture check."""

from pathlib import Path

from live.errors import ModelError
from live.files import shipped_models
from live.litert import Network, model_network
from live.readers.contract import read_contract


def load_weights(folder: Path | None, name: str, outputs: tuple[str, ...], what: str) -> tuple[bytes, float]:
    """The LiteRT file of a network, and its threshold, the minimum probability (0..1) of an output.

    folder: by default the shipped one of this name. name: of the reader. outputs: what the network must tell apart.
    what: it is called in errors. Raises ModelError if the folder breaks its contract, or holds another model.
    """
    folder = folder or shipped_models() / name
    contract = read_contract(folder)
    if list(contract.readers) != [name] or contract.letters != outputs:
        raise ModelError(f"{folder} reads {', '.join(contract.letters)}, not {what}")
    return contract.weights(folder, name, "litert"), contract.fusion[name].threshold


def load_network(
    folder: Path | None, name: str, n_inputs: int, outputs: tuple[str, ...], what: str
) -> tuple[Network, float]:
    """The network itself, and its threshold, as load_weights. n_inputs: how many numbers the network takes."""
    content, threshold = load_weights(folder, name, outputs, what)
    return model_network(name, content, (n_inputs,), len(outputs)), threshold
