"""Makes pictures of hands: a rigged hand, posed by landmarks, in many skins, lights, builds, sleeves and cameras.

In go landmarks of held hands; out come pictures of nobody's hand that signs the same letter. Only render.py needs VTK,
which this project does not install (`pip install vtk`). The mesh and its licence are in generic-hand/.
"""

from training.data.synthetic.rendered.fit import fit_pose
from training.data.synthetic.rendered.look import MONK_TONES, Look, in_tone, lit, random_look
from training.data.synthetic.rendered.made import MadeHand, made_hands
from training.data.synthetic.rendered.pose import Pose

__all__ = ["MONK_TONES", "Look", "MadeHand", "Pose", "fit_pose", "in_tone", "lit", "made_hands", "random_look"]
