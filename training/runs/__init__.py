"""Runs: whole trainings, each of which leaves a model folder.

In go `Settings`; out come a model folder with weights, curves and figures, and the record that lets an interrupted run
continue. `settings` are checked and completed in `plan`, which is the only thing that the runs below it read. `fit`
trains a single CNN, `cross_fitting` both readers, `personal` a model adapted to recorded hands, `strokes` the network
of J and Z. Import from these modules: only `settings` loads without Keras.
"""
