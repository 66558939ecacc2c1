"""Renders posed hands with VTK, on the CPU and without a screen. VTK is not installed with this project."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLogger, vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkLight, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow
from vtkmodules.vtkRenderingOpenGL2 import vtkRenderStepsPass, vtkSSAOPass

from training.data.synthetic.rendered.look import SIDE_PX, Look, view
from training.data.synthetic.rendered.mesh import Numbers
from training.data.synthetic.rendered.pose import Pose
from training.data.synthetic.rendered.surfaces import Surface, surfaces

CORNER_M = 0.02  # what lies this near to other skin, as between fingers, gets less light
CORNER_SAMPLES = 32  # points that are tried around each
SAMPLES = 4  # of a pixel
SHINE_POWER = 15  # how narrow highlights are
MIN_BLUR_PX = 0.2  # less cannot be seen
CLIPPING_M = (0.02, 2.2)  # what is drawn, from the camera


class HandRenderer:
    """Draws hands, one after another. Make one for each process."""

    def __init__(self) -> None:
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)  # else it says that there is no screen
        self._window: Any = vtkRenderWindow()
        self._window.SetOffScreenRendering(1)
        self._window.SetAlphaBitPlanes(1)
        self._window.SetMultiSamples(SAMPLES)
        self._window.SetSize(SIDE_PX, SIDE_PX)
        self._renderer: Any = vtkRenderer()
        self._renderer.SetBackgroundAlpha(0)
        self._renderer.SetAutomaticLightCreation(False)
        self._window.AddRenderer(self._renderer)
        self._shade_corners()

    def _shade_corners(self) -> None:
        """Darken what little light reaches, as between fingers."""
        corners = vtkSSAOPass()
        corners.SetDelegatePass(vtkRenderStepsPass())
        corners.SetRadius(CORNER_M)
        corners.SetBias(CORNER_M / 20)
        corners.SetKernelSize(CORNER_SAMPLES)
        corners.BlurOn()
        self._corners: Any = corners
        self._renderer.SetPass(corners)

    def draw(self, pose: Pose, look: Look) -> NDArray[np.uint8]:
        """A picture of the first hand of a pose: (256, 256, 3) uint8 BGR."""
        self._renderer.RemoveAllViewProps()
        self._renderer.RemoveAllLights()
        for surface in surfaces(pose, look):
            self._add(surface, look.ambient)
        self._light(look)
        self._aim(pose.landmarks()[0], look)
        return _develop(self._read(), look)

    def _add(self, surface: Surface, ambient: float) -> None:
        points, cells, shape = vtkPoints(), vtkCellArray(), vtkPolyData()
        points.SetData(numpy_to_vtk(surface.vertices, deep=True))
        cells.SetData(3, numpy_to_vtkIdTypeArray(surface.triangles.ravel(), deep=True))
        shape.SetPoints(points)
        shape.SetPolys(cells)
        shape.GetPointData().SetScalars(numpy_to_vtk((255 * surface.colours).round().astype(np.uint8), deep=True))
        shape.GetPointData().SetNormals(numpy_to_vtk(surface.normals(), deep=True))
        mapper, actor = vtkPolyDataMapper(), vtkActor()
        mapper.SetInputData(shape)
        actor.SetMapper(mapper)
        looks = actor.GetProperty()
        looks.SetInterpolationToPhong()
        looks.BackfaceCullingOn()
        looks.SetAmbient(ambient)
        looks.SetSpecular(surface.shine)
        looks.SetSpecularPower(SHINE_POWER)
        self._renderer.AddActor(actor)

    def _light(self, look: Look) -> None:
        for direction, strength in look.lights:
            light = vtkLight()
            light.SetLightTypeToSceneLight()
            light.SetPosition(*direction)
            light.SetFocalPoint(0, 0, 0)
            light.SetIntensity(strength)
            self._renderer.AddLight(light)

    def _aim(self, landmarks: Numbers, look: Look) -> None:
        (x, y, z), field_m = view(landmarks, look)
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(x, y, z - look.distance_m)
        camera.SetFocalPoint(x, y, z)
        camera.SetViewUp(0, -1, 0)
        camera.SetViewAngle(float(np.degrees(2 * np.arctan(field_m / 2 / look.distance_m))))
        camera.SetClippingRange(*CLIPPING_M)

    def _read(self) -> NDArray[np.uint8]:
        """(256, 256, 4) uint8 RGBA of what is drawn."""
        self._window.Render()
        pixels = vtkUnsignedCharArray()
        last = SIDE_PX - 1
        self._window.GetRGBACharPixelData(0, 0, last, last, 0, pixels)
        rgba: NDArray[np.uint8] = vtk_to_numpy(pixels).reshape(SIDE_PX, SIDE_PX, 4)[::-1]
        return rgba


def _develop(rgba: NDArray[np.uint8], look: Look) -> NDArray[np.uint8]:
    """The drawn hand on its background, as a camera takes it."""
    alpha = rgba[..., 3:] / 255
    picture: Numbers = rgba[..., 2::-1] * alpha + look.background_bgr * (1 - alpha)
    if look.blur_px > MIN_BLUR_PX:
        picture = cv2.GaussianBlur(picture, (0, 0), look.blur_px).astype(np.float64, copy=False)
    picture = picture + np.random.default_rng(look.seed).normal(0, look.noise, picture.shape)
    return picture.clip(0, 255).astype(np.uint8)
