"""Turns settings into a plan: every choice is checked and made here, once, before data is read.

What a run does with the data then follows from the plan alone.
"""

from dataclasses import dataclass
from pathlib import Path

from live.readers import CONTRACT_FILE
from training.compute import Device, choose_device
from training.data import (
    INDEX_FILE,
    NONE_HELD_BACK,
    DataFolders,
    Shards,
    TrainingData,
    assign,
    find_data,
    find_test,
    read_index,
    read_training_data,
)
from training.engine import RECIPES, Recipe, Training, check_trained
from training.errors import SettingError
from training.layout import CHECKPOINTS
from training.networks import Architecture, architecture
from training.runs.export import check_folder
from training.runs.personal import Base, PersonalRecipe
from training.runs.settings import Settings


@dataclass(frozen=True)
class Plan:
    """What every run has.

    settings: as they were given, to be stored. training: how each network is trained. resume: continue the run in
    settings.out. trained: the networks are trained already, perhaps on another machine, and are only to be exported.
    """

    settings: Settings
    training: Training
    resume: bool
    trained: bool

    @property
    def out(self) -> Path:
        """The run's folder."""
        return self.settings.out

    @property
    def seed(self) -> int:
        """For everything that is drawn at random."""
        return self.training.seed

    @property
    def device(self) -> Device:
        """What the run computes on."""
        return self.training.device

    def _read(self, found: DataFolders, known: tuple[str, ...] | None = None) -> TrainingData:
        chosen = self.settings
        return read_training_data(
            found,
            chosen.labels,
            chosen.seed,
            chosen.leave_out,
            chosen.letters,
            known,
            chosen.still_j_z,
            chosen.allow_missing_hands,
            dict(chosen.stretched),
        )


@dataclass(frozen=True)
class PersonalPlan(Plan):
    """Adapt a model to a few recorded hands. found: where they are."""

    base: Base
    recipe: PersonalRecipe
    found: DataFolders

    def read_data(self) -> TrainingData:
        """Read the recorded hands. Raises FingerspellError."""
        return self._read(self.found, self.base.contract.letters)


@dataclass(frozen=True)
class NetworkPlan(Plan):
    """Train networks from scratch.

    architecture: of the CNN. recipe_name, recipe: how it is trained, for `epochs` or, while sources are left out, for
    `fold_epochs`. shards, found: where the data is, in one form or the other.
    """

    architecture: str
    recipe_name: str
    recipe: Recipe
    epochs: int
    fold_epochs: int
    shards: Shards | None
    found: DataFolders | None

    @property
    def cross_fits(self) -> bool:
        """Whether both readers are trained, leaving sources out in turn; otherwise one CNN is."""
        return self.recipe.validation == "sources"

    @property
    def test_source(self) -> Path | None:
        """Where the test table is sought: the folder or file of the training table, if one is trained on."""
        return self.found.table_in if self.found else None

    @property
    def reads_test_file(self) -> bool:
        """Whether the run ends by reading Sign-MNIST's test file: if it is final, or validates on that file."""
        return self.test_source is not None and (self.settings.final or self.recipe.validation == "test file")

    def read_data(self) -> TrainingData:
        """Read the data folders; not for shards. Raises FingerspellError."""
        assert self.found is not None
        return self._read(self.found)

    def without_hands(self) -> "NetworkPlan":
        """The plan for the rest of the data, when `letters` and `leave_out` leave no hand to train on."""
        return _network_plan(self, self.shards, self.found, has_hands=False)


def make_plan(
    settings: Settings, resume: bool = False, device: Device | None = None, trained: bool = False
) -> NetworkPlan | PersonalPlan:
    """Check settings, by themselves and against the names of the files in the data folders.

    device: what to train on, if the settings do not decide it. Raises FingerspellError.
    """
    if trained:
        check_trained(settings.out)
    _check_names(settings)
    base = Base.load(settings.base) if settings.base else None
    if base:
        _check_personal(settings)
    device = device or choose_device("cpu" if trained else settings.device)
    if not resume and device.process == 0:
        _check_new(settings.out)
    training = Training(settings.seed, device, settings.out / CHECKPOINTS, settings.patience, settings.precision)
    common = Plan(settings, training, resume, trained)
    shards = _find_shards(settings)
    if shards and base:
        raise _not_personal("data")
    if shards:
        return _network_plan(common, shards, None, has_hands=False)
    found = find_data(settings.data, settings.labels, settings.still_j_z)
    if base:
        return _personal_plan(common, base, found)
    return _network_plan(common, None, found, has_hands=bool(found.archives or found.photographs))


def _check_names(settings: Settings) -> None:
    if settings.architecture is not None:
        architecture(settings.architecture)
    if settings.recipe is not None and settings.recipe not in RECIPES:
        raise SettingError(f"there is no recipe {settings.recipe!r}; there are {', '.join(RECIPES)}", "recipe")


def _check_new(out: Path) -> None:
    check_folder(out)
    if (out / CONTRACT_FILE).exists():
        raise SettingError(f"{out} holds a finished run or a model; name another folder, or remove it", "out")


def _find_shards(settings: Settings) -> Shards | None:
    """The shards, if the data is a folder of shards."""
    folders = [folder for folder in settings.data if (folder / INDEX_FILE).is_file()]
    if not folders:
        return None
    if len(settings.data) > 1:
        raise SettingError(f"{folders[0]} holds shards, which are trained on alone: write all data into them", "data")
    for name in ("letters", "labels", "still_j_z", "allow_missing_hands"):
        if getattr(settings, name) != getattr(Settings, name):
            raise SettingError("this was decided when the shards were written; leave it out", name)
    for name in ("leave_out", "final", "stretched"):
        if getattr(settings, name):
            raise SettingError("shards are trained on as they were written; leave this out", name)
    return read_index(folders[0])


def _check_personal(settings: Settings) -> None:
    for name in ("architecture", "recipe", "patience", "precision", "letters", "final", "still_j_z"):
        if getattr(settings, name) != getattr(Settings, name):
            raise SettingError("a personal model has a recipe of its own; leave this out", name)
    if settings.base and settings.out.exists() and settings.out.samefile(settings.base):
        raise SettingError(f"{settings.out} is the model to begin from; name another folder", "out")


def _not_personal(*names: str) -> SettingError:
    return SettingError(
        "a personal model learns from a folder of a few recorded hands, in one process, with TensorFlow", *names
    )


def _personal_plan(common: Plan, base: Base, found: DataFolders) -> PersonalPlan:
    settings = common.settings
    if not common.device.exports:
        raise _not_personal("backend", "processes")
    if found.table:
        raise SettingError("a personal model learns from recorded hands only; leave Sign-MNIST out", "data")
    if found.crops:
        raise SettingError(
            f"a personal model learns from hands; {found.crops[0].path} is a crop, in which none can be found", "data"
        )
    recipe = PersonalRecipe(epochs=settings.epochs or PersonalRecipe.epochs)
    return PersonalPlan(**vars(common), base=base, recipe=recipe, found=found)


def _network_plan(common: Plan, shards: Shards | None, found: DataFolders | None, has_hands: bool) -> NetworkPlan:
    settings = common.settings
    chosen = architecture(settings.architecture) if settings.architecture else None
    recipe_name = _choose_recipe(settings, chosen, has_hands)
    recipe = RECIPES[recipe_name]
    plan = NetworkPlan(
        settings=settings,
        training=common.training,
        resume=common.resume,
        trained=common.trained,
        architecture=settings.architecture or ("steady" if recipe.views else "compact"),
        recipe_name=recipe_name,
        recipe=recipe,
        epochs=settings.epochs or recipe.epochs,
        fold_epochs=settings.epochs or recipe.fold_epochs,
        shards=shards,
        found=found,
    )
    _check_data(plan, has_hands)
    _check_training(plan)
    _check_held_back(plan)
    if plan.test_source and plan.reads_test_file:
        find_test(plan.test_source)  # it is read last, when its absence would cost the whole run
    return plan


def _choose_recipe(settings: Settings, chosen: Architecture | None, has_hands: bool) -> str:
    return settings.recipe or (chosen and chosen.recipe) or ("letters" if has_hands else "augmented")


def _check_data(plan: NetworkPlan, has_hands: bool) -> None:
    """Check that the recipe suits the data."""
    name, validation = plan.recipe_name, plan.recipe.validation
    if validation == "sources" and not has_hands:
        raise SettingError(f"{name} trains on hands, and the data has none", "recipe")
    if validation == "test file" and (plan.test_source is None or has_hands or (plan.found and plan.found.crops)):
        raise SettingError(f"{name} trains on Sign-MNIST's CSVs alone; give these as data, and no hands", "recipe")
    if validation == "chance" and plan.shards:
        raise SettingError(f"{name}: the validation set was chosen when the shards were written", "recipe")


def _check_held_back(plan: NetworkPlan) -> None:
    """Check by their names that photographs alone can be held back, before hands are looked for in them."""
    settings, found = plan.settings, plan.found
    if found is None or settings.final or found.table or found.archives or found.crops:
        return
    photographs = found.select(settings.leave_out, settings.letters).photographs
    if plan.recipe.validation == "groups":
        apart = {(picture.letter, picture.source) for picture in photographs}
    elif plan.recipe.validation == "chance":
        apart = {(picture.letter, str(picture.path)) for picture in photographs}
    else:
        return
    if photographs and len(apart) == len({letter for letter, _ in apart}):
        raise none_held_back()


def none_held_back() -> SettingError:
    """The error if nothing can be held back for validation."""
    return SettingError(f"{NONE_HELD_BACK}, or make the run final, which trains on everything", "data")


def _check_training(plan: NetworkPlan) -> None:
    """Check that the recipe suits the other settings and the device."""
    name, recipe, processes = plan.recipe_name, plan.recipe, plan.device.processes
    if plan.training.patience and (plan.settings.final or plan.cross_fits):
        raise SettingError(
            "stopping early needs validation during training, which neither a final run nor the recipe letters has",
            "patience",
        )
    if plan.cross_fits and not plan.device.exports:
        raise SettingError(
            f"{name} trains many small networks, which takes one process and TensorFlow; only the recipes of a single "
            "CNN, like augmented, train otherwise",
            "recipe",
        )
    if recipe.batch_size % processes:
        raise SettingError(f"{processes} does not divide the recipe's batches of {recipe.batch_size}", "processes")
    if plan.shards:
        assign(plan.shards.sizes, processes)
