"""A frame goes in; a `Hand` or None comes out, with the crop of the hand that the CNN reads.

`as_frame` and `as_seconds` check the frame and its time. `LiteRTHandTracker` finds the hand with MediaPipe's two
networks, which `fetch_networks` downloads once. `crop_hand` is the one definition of the crop, for training and live
reading. `Hand` and the lists of joints are plain values, and importing this folder loads neither LiteRT nor an HTTP
client.
"""

from live.hand.crop import (
    CROP_SIZE,
    WHITE,
    Box,
    centred_square,
    crop,
    crop_hand,
    cut_out,
    hand_square,
    is_blank,
    paint_over,
)
from live.hand.frame import MAX_CROP_SIDE_PX, MAX_FRAME_SIDE_PX, as_frame, as_seconds, is_crop, whole_square
from live.hand.landmarks import (
    BONES,
    FINGER_JOINTS,
    FINGER_WIDTH,
    FINGERTIPS,
    INDEX_MCP,
    KNUCKLES,
    LITTLE_MCP,
    MIDDLE_MCP,
    N_LANDMARKS,
    PALM_CENTRE_JOINTS,
    PALM_OUTLINE,
    WRIST,
    Hand,
    Side,
    palm_length,
    rotation,
)
from live.hand.motion import BONE_STARTS, BONE_STOPS, N_FINGERS, between_poses, minimum_jerk
from live.hand.networks import LICENCE, HandNetworks, bundle_path, fetch_networks, load_networks
from live.hand.tracker import THREADS, HandTracker, LiteRTHandTracker, Square, around_landmarks

__all__ = [
    "BONES",
    "BONE_STARTS",
    "BONE_STOPS",
    "CROP_SIZE",
    "FINGERTIPS",
    "FINGER_JOINTS",
    "FINGER_WIDTH",
    "INDEX_MCP",
    "KNUCKLES",
    "LICENCE",
    "LITTLE_MCP",
    "MAX_CROP_SIDE_PX",
    "MAX_FRAME_SIDE_PX",
    "MIDDLE_MCP",
    "N_FINGERS",
    "N_LANDMARKS",
    "PALM_CENTRE_JOINTS",
    "PALM_OUTLINE",
    "THREADS",
    "WHITE",
    "WRIST",
    "Box",
    "Hand",
    "HandNetworks",
    "HandTracker",
    "LiteRTHandTracker",
    "Side",
    "Square",
    "around_landmarks",
    "as_frame",
    "as_seconds",
    "between_poses",
    "bundle_path",
    "centred_square",
    "crop",
    "crop_hand",
    "cut_out",
    "fetch_networks",
    "hand_square",
    "is_blank",
    "is_crop",
    "load_networks",
    "minimum_jerk",
    "paint_over",
    "palm_length",
    "rotation",
    "whole_square",
]
