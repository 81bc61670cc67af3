"""The ranges that random transforms draw from, for the batched transform and its imgaug twin alike."""

import math
from dataclasses import dataclass

NO_LABEL = 255  # what masks hold where an image shows what lay outside it


@dataclass(frozen=True)
class Augmentation:
    """How far images may move and change. Each image draws its own numbers, uniform over the ranges.

    The order is fixed: scale, shear, rotate, shift, mirror; then hue and saturation, contrast, brightness;
    then blur and noise. The defaults change nothing.

    Raises:
        ValueError: a range is out of bounds.

    Example:
        >>> Augmentation(rotation_turns=0.05, flip_probability=0.5, brightness=0.2).changes_color
        True
    """

    rotation_turns: float = 0.0  # largest rotation either way, in full turns
    flip_probability: float = 0.0  # share of images mirrored left to right, 0 to 1
    vertical_flip_probability: float = 0.0  # share of images turned upside down, 0 to 1
    scale: tuple[float, float] = (1.0, 1.0)  # factors on the size of what is shown, smallest and largest
    shear_degrees: float = 0.0  # largest shear of the horizontal axis either way, below 90
    shift: float = 0.0  # largest shift along each axis either way, share of the side
    hue_turns: float = 0.0  # largest turn of the color circle either way, in full turns
    saturation: float = 0.0  # largest change of the saturation, share of it
    contrast: float = 0.0  # largest change of the distance from mid gray, share of it
    brightness: float = 0.0  # largest brightness added or taken, share of the way from black to white
    blur_pixels: float = 0.0  # largest standard deviation of the Gaussian blur, pixels
    noise: float = 0.0  # largest standard deviation of the added noise, share of the way from black to white

    def __post_init__(self) -> None:
        for name, largest in BOUNDS.items():
            value = getattr(self, name)
            if not 0 <= value <= largest:
                raise ValueError(f"Expected {name} from 0 to {largest}, got {value}.")
        if not 0 < self.scale[0] <= self.scale[1] < math.inf:
            raise ValueError(f"Expected scale as (smallest, largest) factors above 0, got {self.scale}.")

    @property
    def changes_color(self) -> bool:
        """Whether pixels change other than by moving, blur and noise aside."""
        return any((self.hue_turns, self.saturation, self.contrast, self.brightness))

    @property
    def only_flips_and_rotates(self) -> bool:
        """Whether nothing but the rotation and the left-to-right flip is random."""
        return self == Augmentation(self.rotation_turns, self.flip_probability)


BOUNDS = {
    "rotation_turns": 1.0,
    "flip_probability": 1.0,
    "vertical_flip_probability": 1.0,
    "shear_degrees": 89.0,
    "shift": 1.0,
    "hue_turns": 0.5,
    "saturation": 1.0,
    "contrast": 1.0,
    "brightness": 1.0,
    "blur_pixels": 100.0,
    "noise": 1.0,
}  # largest value of each range; the smallest is 0
