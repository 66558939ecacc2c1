"""The name of a source goes in (a camera's index, a film, a stream's address, a folder, a picture); pixels come out.

`open_source` (video.py; animation.py for moving GIF, WebP and PNG) gives frames in order, each (height, width, 3) uint8
BGR with its time. `read_picture` and `decode_picture` (pictures.py) give one picture, turned upright. What cannot be
read raises CameraError or PictureError.
"""

from live.sources.animation import Animation, is_animation
from live.sources.frames import Frame, Frames, FrameSource
from live.sources.pictures import SUFFIXES, decode_picture, is_picture, read_picture
from live.sources.video import Film, PictureFolder, RemoteFilm, StillPictureError, open_source, without_password

__all__ = [
    "SUFFIXES",
    "Animation",
    "Film",
    "Frame",
    "FrameSource",
    "Frames",
    "PictureFolder",
    "RemoteFilm",
    "StillPictureError",
    "decode_picture",
    "is_animation",
    "is_picture",
    "open_source",
    "read_picture",
    "without_password",
]
