"""Logits and targets of a few small images, for tests of segmentation losses."""

import torch


def draw_binary(seed=0, images=3, pixels=40):
    """Logits (N, 1, 5, W) and targets of the same shape, 30 percent of them 1."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(images, 1, 5, pixels // 5, generator=generator, dtype=torch.float64)
    return logits.requires_grad_(), (torch.rand(logits.shape, generator=generator) < 0.3).long()


def draw_classes(seed=0, classes=4, present=4):
    """Logits (3, C, 6, 10), and class numbers that all occur in every image."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(3, classes, 6, 10, generator=generator, dtype=torch.float64)
    targets = torch.randint(present, (3, 6, 10), generator=generator)
    return logits.requires_grad_(), targets
