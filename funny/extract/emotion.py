"""Emotion models: face crops in, ten numbers out (eight emotions, valence, arousal)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from funny.claims import is_number, is_whole, shown
from funny.device import device, dtype, on_gpu
from funny.errors import WeightsError
from funny.extract.embedded_net import CLASSES, FaceExpressionNet
from funny.extract.inference import ready
from funny.files import file_sha256, load_strict, read_json, text_of
from funny.records import EMOTION_COLUMNS, EMOTIONS, ModelInfo

# Mean ratings of the words angry, disgusted, fearful (here: afraid), happy, sad, surprised:
# Russell & Mehrabian 1977, "Evidence for a three-factor theory of emotions", J. Res. Pers. 11.
VALENCE_AROUSAL = {
    "anger": (-0.51, 0.59),
    "contempt": (0.0, 0.0),
    "disgust": (-0.60, 0.35),
    "fear": (-0.64, 0.60),
    "happiness": (0.81, 0.51),
    "neutral": (0.0, 0.0),
    "sadness": (-0.63, -0.27),
    "surprise": (0.40, 0.67),
}


_MOST = 1e4
"""What the colours of a crop are moved or divided by at most; they lie in 0..255."""


@dataclass(frozen=True)
class Preprocessing:
    """How a crop becomes a network's input; it travels with the weights in config.json."""

    input_size: int
    """Side of the square that the network sees, in pixels."""
    crop: str
    """`box`: the detector's box, stretched to a square; `square`: a square around its centre."""
    mean: tuple[float, float, float]
    """Of RGB in 0..255."""
    std: tuple[float, float, float]

    def __post_init__(self) -> None:
        if not is_whole(self.input_size, 32, 1024):
            got = shown(self.input_size)
            raise ValueError(f"input_size: expected a whole number in 32..1024, got {got}")
        if self.crop not in ("box", "square"):
            raise ValueError(f"crop: expected box or square, got {shown(self.crop)}")
        for name, least in (("mean", -_MOST), ("std", 1 / _MOST)):
            numbers = getattr(self, name)
            if len(numbers) != 3 or not all(is_number(n, least, _MOST) for n in numbers):
                wanted = f"three numbers from {least:g} to {_MOST:g}"
                raise ValueError(f"{name}: expected {wanted}, got {shown(numbers)}")

    @classmethod
    def of(cls, path: Path, config: dict[str, Any]) -> "Preprocessing":
        """What a config.json says.

        Raises:
            WeightsError: If something is missing or cannot be; the message names `path`.
        """
        try:
            mean, std = tuple(config["mean"]), tuple(config["std"])
            return cls(config["input_size"], config["crop"], mean, std)
        except KeyError as error:
            raise WeightsError(f"{path}: {error.args[0]} is missing.") from error
        except (TypeError, ValueError) as error:
            raise WeightsError(f"{path}: {error}.") from error

    def __call__(self, crops: np.ndarray) -> torch.Tensor:
        """Crops : uint8 (b, 3, h, w) → (b, 3, input_size, input_size) for the network's device."""
        x = torch.from_numpy(np.ascontiguousarray(crops)).to(device()).float()
        if x.shape[-2:] != (self.input_size, self.input_size):
            size = (self.input_size, self.input_size)
            x = torch.nn.functional.interpolate(x, size, mode="bilinear", antialias=True)
        mean, std = (
            torch.tensor(v, device=x.device).view(1, 3, 1, 1) for v in (self.mean, self.std)
        )
        return ((x - mean) / std).to(dtype())


class EmotionModel:
    """Face crops in, ten numbers out; what the extractor needs of an emotion model."""

    def __init__(self, net: torch.nn.Module, info: ModelInfo, preprocessing: Preprocessing) -> None:
        self.info = info
        self.preprocessing = preprocessing
        self._net = ready(net, device(), dtype())
        self._batch = on_gpu(self._run)

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Crops : uint8 RGB (b, 3, h, w) → float32 (b, 10): 8 probabilities, valence, arousal."""
        return self._batch(crops)

    @torch.inference_mode()
    def _run(self, crops: np.ndarray) -> np.ndarray:
        x = self.preprocessing(crops).contiguous(memory_format=torch.channels_last)
        out = self._net(x).float()
        return self._ten_numbers(out).cpu().numpy()

    def _ten_numbers(self, out: torch.Tensor) -> torch.Tensor:
        """What the network says, (b, its outputs) → (b, 10)."""
        raise NotImplementedError


VA_MTL_CONFIG = {
    "model": "enet_b0_8_va_mtl",
    "architecture": "tf_efficientnet_b0",
    "outputs": list(EMOTION_COLUMNS),
    "input_size": 224,
    "crop": "box",
    # ImageNet's, for RGB in 0..255.
    "mean": [123.675, 116.28, 103.53],
    "std": [58.395, 57.12, 57.375],
    "licence": "Apache-2.0",
}
"""What config.json says beside VA-MTL weights; `sha256` of the weights comes on top."""


class VaMtl(EmotionModel):
    """EfficientNet-B0 multi-task model of EmotiEffLib (`enet_b0_8_va_mtl`, Apache-2.0).

    Savchenko 2022, "Video-based frame-level facial analysis of affective behavior on mobile
    devices". Outputs of the network: 8 logits in the order of EMOTIONS, then valence, arousal,
    as `emotiefflib/facial_analysis.py` of EmotiEffLib reads them.
    """

    @staticmethod
    def build() -> torch.nn.Module:
        """The architecture with random weights."""
        import timm

        return timm.create_model(
            "tf_efficientnet_b0", pretrained=False, num_classes=len(EMOTION_COLUMNS)
        )

    @classmethod
    def load(cls, path: Path, source: str | None = None) -> "VaMtl":
        """Reads safetensors with timm's own keys, and config.json beside them if it is there.

        Args:
            path: The weights.
            source: Where they came from; the path if nothing else is known.

        Raises:
            WeightsError: If a file is missing, damaged or of another model.
        """
        config = _config_beside(path)
        net = cls.build()
        load_strict(net, path)
        sha256 = file_sha256(path)
        if config.get("sha256", sha256) != sha256:
            raise WeightsError(f"{path}: is not the file that its config.json was written for.")
        preprocessing = Preprocessing.of(path.with_name("config.json"), config)
        return cls(net, ModelInfo(config["model"], source or str(path), sha256), preprocessing)

    def _ten_numbers(self, out: torch.Tensor) -> torch.Tensor:
        emotions = out[:, : len(EMOTIONS)].softmax(1)
        return torch.cat([emotions, out[:, len(EMOTIONS) :].clamp(-1, 1)], 1)


def _config_beside(path: Path) -> dict[str, Any]:
    """The config of VA-MTL weights: as published where there is none."""
    beside = path.with_name("config.json")
    if not beside.is_file():
        return VA_MTL_CONFIG
    config = read_json(beside)
    expect_fields(beside, config, **{name: VA_MTL_CONFIG[name] for name in _DEFINING})
    return config


_DEFINING = ("model", "architecture", "outputs")


def expect_fields(path: Path, config: dict[str, Any], **expected: Any) -> None:
    """Refuses a config.json of another model.

    Raises:
        WeightsError: With the field that is another, or missing.
    """
    for name, value in expected.items():
        if config.get(name) != value:
            found = shown(config.get(name))
            raise WeightsError(f"{path}: {name} is {found}, expected {value}.")


class Embedded(EmotionModel):
    """The small face-api net that ships with the code: seven expressions, no contempt.

    Valence and arousal are the expectation of VALENCE_AROUSAL over its probabilities.
    """

    name = "face-api-expression"

    @classmethod
    def load(cls, folder: Path) -> "Embedded":
        """Reads config.json and model.safetensors.

        Raises:
            WeightsError: If a file is missing, damaged or of another model.
        """
        path, weights = folder / "config.json", folder / "model.safetensors"
        config = read_json(path)
        expect_fields(path, config, model=cls.name, classes=list(CLASSES))
        source = text_of(path, config, "source")
        net = FaceExpressionNet()
        load_strict(net, weights)
        info = ModelInfo(cls.name, source, file_sha256(weights))
        return cls(net, info, Preprocessing.of(path, config))

    def _ten_numbers(self, out: torch.Tensor) -> torch.Tensor:
        emotions = out.new_zeros(len(out), len(EMOTIONS))
        emotions[:, [EMOTIONS.index(name) for name in CLASSES]] = out.softmax(1)
        circumplex = out.new_tensor([VALENCE_AROUSAL[name] for name in EMOTIONS])  # (8, 2)
        return torch.cat([emotions, emotions @ circumplex], 1)
