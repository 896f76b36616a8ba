"""The plan as it is literally written, to compare with: nothing clever, nothing shared.

Every frame is decoded; the frame at each half second goes through MTCNN as facenet-pytorch comes,
whole, at 1080 lines; the largest face goes through EfficientNet-B0 as timm makes it, alone; the
sound is read into memory and measured by librosa.
"""

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import librosa
import numpy as np
import torch
from facenet_pytorch import MTCNN

from funny.extract.emotion import VA_MTL_CONFIG, VaMtl
from funny.grid import SAMPLE_RATE, SAMPLES_PER_TICK, TICK_S

_SIDE = VA_MTL_CONFIG["input_size"]


def extract(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Emotions (t, 10) of the largest face, zeros where there is none, and RMS (t,) of ticks."""
    finder, net = MTCNN(keep_all=True), VaMtl.build().eval()
    emotions = [_emotion(picture, finder, net) for picture in _pictures(path)]
    return np.stack(emotions), _loudness(path)


def _pictures(path: Path) -> Iterator[np.ndarray]:
    with av.open(str(path)) as container:
        next_s = 0.0
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= next_s:
                next_s += TICK_S
                yield frame.to_ndarray(format="rgb24")


@torch.inference_mode()
def _emotion(picture: np.ndarray, finder: MTCNN, net: torch.nn.Module) -> np.ndarray:
    boxes, _ = finder.detect(picture)
    if boxes is None:
        return np.zeros(10, np.float32)
    left, top, right, bottom = np.maximum(boxes[0], 0).astype(int)
    face = cv2.resize(picture[top:bottom, left:right], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    x = torch.from_numpy(face).permute(2, 0, 1)[None].float()
    mean, std = (torch.tensor(VA_MTL_CONFIG[n]).view(1, 3, 1, 1) for n in ("mean", "std"))
    return net((x - mean) / std)[0].numpy()


def _loudness(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
        parts = [
            part.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
    samples = np.concatenate(parts)
    return librosa.feature.rms(
        y=samples, frame_length=SAMPLES_PER_TICK, hop_length=SAMPLES_PER_TICK, center=False
    )[0]
