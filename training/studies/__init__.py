"""Studies beside training: how well films are spelled, what training and reading cost, what a layer computes.

In: a model folder, a data folder or a layer's numbers. Out: a small dataclass of figures whose JSON a command or
`python -m training.studies.NAME` prints. No other stage but the commands uses a study.
"""
