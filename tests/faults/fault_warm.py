"""What every process of these tests would do anew, done once in their server, before it forks any of them."""

import torch
from fault_jobs import ROW, TINY
from PIL import Image
from typer.testing import CliRunner

from imbalance_course import cli
from imbalance_course.experiments.voids import make_network

Image.init()  # its readers of formats
CliRunner().invoke(cli.app, ["run", "nothing"])
network = make_network(ROW, TINY)
with torch.no_grad():
    network(torch.zeros(1, 1, TINY.tile, TINY.tile))
torch.optim.AdamW(network.parameters())
