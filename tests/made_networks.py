"""Networks with fresh weights, kept as a run leaves them."""

import torch
from made_records import make_record

from imbalance_course.experiments import EXPERIMENTS
from imbalance_course.experiments.experiment import config_fields
from imbalance_course.experiments.networks import KeptNetwork, network_file, save_network
from imbalance_course.records import append_record

CLASSES = {"voids": ("drawn material", "drawn void"), "nuclei-dsb2018": ("ground", "nucleus", "border")}


def keep(folder, name, row):
    """A record and a network in a folder, as a run leaves them."""
    experiment = EXPERIMENTS[name]
    config = experiment.config("demo")
    record = make_record(row, experiment=name, config=config_fields(config), threshold=0.52)
    append_record(folder / "runs" / name / "records.jsonl", record)
    torch.manual_seed(0)
    network = experiment.make_network(row, config, len(CLASSES[name])).double()
    kept = KeptNetwork(network.state_dict(), 1 if name == "voids" else 3, CLASSES[name])
    save_network(network_file(folder / "runs" / name, record), kept)
    return record
