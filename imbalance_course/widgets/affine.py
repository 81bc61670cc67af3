"""The interactive figure of an affine map; its docstring says what the sliders mean."""

from imbalance_course.widgets.base import Figure, Slider, Switch


class AffineMap(Figure):
    """A drawn face of 64 x 64 pixels with five marked points, scaled, sheared, turned and shifted.

    Sliders: ``rotation`` (degrees, clockwise), ``scale`` (factor), ``shear`` (degrees by which vertical lines
    lean), ``right`` and ``down`` (shift in pixels). Switch: ``follow`` (whether the points go through the
    same matrix as the image).

    Example:
        >>> AffineMap(rotation=30)
        AffineMap(rotation=30.0, scale=1.0, shear=0.0, right=0.0, down=0.0, follow=True)
    """

    script = "affine_map.js"
    rotation = Slider(20, -90, 90, "Rotation (degrees)", step=1, digits=0)
    scale = Slider(1, 0.5, 2, "Scale", step=0.05)
    shear = Slider(0, -40, 40, "Shear (degrees)", step=1, digits=0)
    right = Slider(0, -20, 20, "Shift to the right (pixels)", step=1, digits=0)
    down = Slider(0, -20, 20, "Shift down (pixels)", step=1, digits=0)
    follow = Switch(True, "Points move with the image")

    def __init__(self, **values: float | bool):
        super().__init__(**values)
        self.title = "One matrix moves the image; does it move the points?"
