"""Emotion models: face crops in, ten numbers out (eight emotions, valence, arousal)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from funny.device import device
from funny.extract.embedded_net import CLASSES, FaceExpressionNet
from funny.files import file_sha256, load_strict, read_json
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


class EmotionModel(Protocol):
    """What the extractor needs of an emotion model."""

    info: ModelInfo
    preprocessing: "Preprocessing"

    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Crops : uint8 RGB (b, 3, h, w) → float32 (b, 10): 8 probabilities, valence, arousal."""
        ...


@dataclass(frozen=True)
class Preprocessing:
    """How a crop becomes a network's input; it travels with the weights in config.json."""

    input_size: int
    crop: str
    """`box`: the detector's box, stretched to a square; `square`: a square around its centre."""
    mean: tuple[float, float, float]
    """Of RGB in 0..255."""
    std: tuple[float, float, float]

    def __call__(self, crops: np.ndarray) -> torch.Tensor:
        """Crops : uint8 (b, 3, h, w) → float32 (b, 3, input_size, input_size)."""
        x = torch.from_numpy(np.ascontiguousarray(crops)).to(device()).float()
        if x.shape[-2:] != (self.input_size, self.input_size):
            size = (self.input_size, self.input_size)
            x = torch.nn.functional.interpolate(x, size, mode="bilinear", antialias=True)
        mean, std = (
            torch.tensor(v, device=x.device).view(1, 3, 1, 1) for v in (self.mean, self.std)
        )
        return (x - mean) / std


IMAGENET = Preprocessing(
    224, "box", (0.485 * 255, 0.456 * 255, 0.406 * 255), (0.229 * 255, 0.224 * 255, 0.225 * 255)
)


class VaMtl:
    """EfficientNet-B0 multi-task model of EmotiEffLib (`enet_b0_8_va_mtl`, Apache-2.0).

    Savchenko 2022, "Video-based frame-level facial analysis of affective behavior on mobile
    devices". Outputs of the network: 8 logits in the order of EMOTIONS, then valence, arousal.
    """

    preprocessing = IMAGENET

    def __init__(self, net: torch.nn.Module, info: ModelInfo) -> None:
        self.info = info
        self._net = net.to(device()).eval()

    @staticmethod
    def build() -> torch.nn.Module:
        """The architecture with random weights."""
        import timm

        return timm.create_model(
            "tf_efficientnet_b0", pretrained=False, num_classes=len(EMOTION_COLUMNS)
        )

    @classmethod
    def load(cls, path: Path) -> "VaMtl":
        """Reads safetensors with timm's own keys.

        Raises:
            WeightsError: If the file is missing, damaged or of another model.
        """
        net = cls.build()
        load_strict(net, path)
        return cls(net, ModelInfo("enet_b0_8_va_mtl", str(path), file_sha256(path)))

    @torch.inference_mode()
    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Crops : uint8 RGB (b, 3, h, w) → float32 (b, 10)."""
        out = self._net(IMAGENET(crops))
        emotions = out[:, : len(EMOTIONS)].softmax(1)
        return torch.cat([emotions, out[:, len(EMOTIONS) :].clamp(-1, 1)], 1).cpu().numpy()


class Embedded:
    """The small face-api net that ships with the code: seven expressions, no contempt.

    Valence and arousal are the expectation of VALENCE_AROUSAL over its probabilities.
    """

    def __init__(self, folder: Path) -> None:
        config = read_json(folder / "config.json")
        fields = (config[name] for name in ("input_size", "crop", "mean", "std"))
        self.preprocessing = Preprocessing(*fields)
        self._net = FaceExpressionNet()
        weights = folder / "model.safetensors"
        load_strict(self._net, weights)
        self._net.to(device()).eval()
        self.info = ModelInfo("face-api-expression", config["source"], file_sha256(weights))

    @torch.inference_mode()
    def __call__(self, crops: np.ndarray) -> np.ndarray:
        """Crops : uint8 RGB (b, 3, h, w) → float32 (b, 10)."""
        found = self._net(self.preprocessing(crops)).softmax(1).cpu().numpy()  # (b, 7)
        emotions = np.zeros((len(found), len(EMOTIONS)), np.float32)
        emotions[:, [EMOTIONS.index(name) for name in CLASSES]] = found
        circumplex = np.array([VALENCE_AROUSAL[name] for name in EMOTIONS], np.float32)  # (8, 2)
        return np.hstack([emotions, emotions @ circumplex])
