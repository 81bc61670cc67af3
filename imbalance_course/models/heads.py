"""Last layers, and how a network gets another one."""

import torch
from torch import nn
from torch.nn import functional as F


class NormalizedLinear(nn.Module):
    r"""A linear layer whose logits are cosines: features and weights are scaled to length 1.

    .. math:: z_c = \frac{w_c^\top h}{\lVert w_c \rVert \lVert h \rVert}

    A class seen often cannot win by a long weight vector. The cosines are small for a softmax, so the loss
    multiplies them by its ``scale``. They are computed in float32 at least, under autocast too, since
    bfloat16 cannot tell cosines near 1 apart.

    Args:
        features: length of the incoming vectors.
        outputs: number of logits.

    Shape:
        Input (N, features), output (N, outputs) in [-1, 1].

    Reference:
        Cao et al., Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019,
        arXiv:1906.07413, section 3.2 and the head of the authors' code.

    Example:
        >>> head = NormalizedLinear(2, 1)
        >>> with torch.no_grad():
        ...     _ = head.weight.copy_(torch.tensor([[3.0, 4.0]]))
        >>> head(torch.tensor([[6.0, 8.0], [-1.0, 0.0]])).flatten()
        tensor([ 1.0000, -0.6000], grad_fn=<ViewBackward0>)
    """

    def __init__(self, features: int, outputs: int) -> None:
        super().__init__()
        self.in_features, self.out_features = features, outputs
        self.weight = nn.Parameter(torch.randn(outputs, features))  # every direction is as likely

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Features to cosines."""
        with torch.autocast(features.device.type, enabled=False):
            features = features.to(self.weight.dtype)
            return F.linear(F.normalize(features, dim=1), F.normalize(self.weight, dim=1))

    def extra_repr(self) -> str:
        """The sizes, as they show in ``print(module)``."""
        return f"in_features={self.in_features}, out_features={self.out_features}"


def normalize_head(network: nn.Module) -> nn.Module:
    """Replace the last linear layer of a network by a :class:`NormalizedLinear` of the same size.

    Args:
        network: any network whose last linear layer gives the logits; changed in place.

    Returns:
        The same network.

    Raises:
        ValueError: the network has no linear layer.

    Example:
        >>> normalize_head(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)))[-1]
        NormalizedLinear(in_features=8, out_features=2)
    """
    layers = [(name, layer) for name, layer in network.named_modules() if isinstance(layer, nn.Linear)]
    if not layers or not layers[-1][0]:
        raise ValueError(f"Expected a network that ends in a linear layer, got {type(network).__name__}.")
    name, last = layers[-1]
    parent, _, child = name.rpartition(".")
    head = NormalizedLinear(last.in_features, last.out_features).to(last.weight)
    setattr(network.get_submodule(parent), child, head)
    return network
