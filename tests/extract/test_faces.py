"""The face to watch is found when small, followed when others come, and read right."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from funny.errors import OptionError, WeightsError
from funny.extract.boxes import as_fractions, crop, region_pixels, squared
from funny.extract.columns import Faces
from funny.extract.embedded_net import CLASSES, FaceExpressionNet, FirstConv, SeparableConv
from funny.extract.emotion import VALENCE_AROUSAL, Preprocessing, VaMtl
from funny.extract.faces import FaceBatch
from funny.extract.follow import FaceFollower
from funny.files import load_strict
from funny.records import EMOTION_COLUMNS, EMOTIONS
from funny.weights.emotion import resolve_emotion_model
from funny.weights.folders import models_folder
from tests.faces import astronaut, canvas, hopper, paste

EMBEDDED = models_folder() / "emotion-embedded" / "model.safetensors"


@pytest.fixture(scope="module")
def embedded():
    return resolve_emotion_model("embedded").found


def assert_near(box, expected):
    """Within a quarter of the face's height."""
    assert box is not None
    assert np.abs(box - expected).max() < 0.25 * (expected[3] - expected[1])


@pytest.mark.parametrize("photo", [hopper, astronaut])
@pytest.mark.parametrize("height", [360, 480, 720, 1080])
@pytest.mark.parametrize(
    ("x", "y"),
    [
        pytest.param(0.0, 0.0, id="corner"),
        pytest.param(0.45, 0.4, id="middle"),
        pytest.param(0.9, 0.8, id="facecam"),
    ],
)
def test_a_face_of_4_percent_of_the_height_is_found(detector, photo, height, x, y):
    picture = canvas(height * 16 // 9, height)
    face = paste(picture, photo(), 0.04 * height, int(x * picture.shape[1]), int(y * height))
    follower = FaceFollower(detector)
    assert_near(follower.find(picture), face)
    assert_near(follower.find(picture), face)


def test_a_face_that_fills_the_picture_is_found(detector):
    assert_near(FaceFollower(detector).find(hopper()), np.array([170, 112, 351, 337]))


@pytest.mark.parametrize("size", [(1, 1), (2, 360), (640, 2), (20, 20), (640, 360)])
def test_no_face_is_found_where_none_is(detector, size):
    assert FaceFollower(detector).find(canvas(*size)) is None


@pytest.fixture
def small_left():
    picture = canvas()
    return picture, paste(picture, hopper(), 50, 20, 150)


def with_big_right(picture):
    picture = picture.copy()
    return picture, paste(picture, astronaut(), 110, 300, 5)


def test_a_bigger_face_elsewhere_does_not_distract(detector, small_left):
    follower = FaceFollower(detector)
    picture, face = small_left
    both, _ = with_big_right(picture)
    assert_near(follower.find(picture), face)
    assert_near(follower.find(both), face)


def test_the_face_is_followed_as_it_moves(detector):
    follower = FaceFollower(detector)
    for step in range(6):
        picture = canvas() if step == 0 else with_big_right(canvas())[0]
        face = paste(picture, hopper(), 50 + step, 20 + 10 * step, 150 + 10 * step)
        assert_near(follower.find(picture), face)


def test_the_largest_face_is_taken_first_and_when_the_old_one_is_lost(detector, small_left):
    picture, face = small_left
    both, big = with_big_right(picture)
    only_big, _ = with_big_right(canvas())
    assert_near(FaceFollower(detector).find(both), big)
    follower = FaceFollower(detector)
    assert_near(follower.find(picture), face)
    assert_near(follower.find(only_big), big)
    assert_near(follower.find(both), big)


def test_a_face_that_goes_and_comes_back_is_found_again(detector, small_left):
    picture, face = small_left
    follower = FaceFollower(detector)
    assert_near(follower.find(picture), face)
    assert follower.find(canvas()) is None
    assert_near(follower.find(picture), face)


def test_only_faces_in_the_region_are_watched(detector, small_left):
    both, big = with_big_right(small_left[0])
    assert_near(FaceFollower(detector, (0.0, 0.3, 0.4, 0.7)).find(both), small_left[1])
    assert_near(FaceFollower(detector, (0.4, 0.0, 0.6, 1.0)).find(both), big)
    assert FaceFollower(detector, (0.0, 0.0, 0.4, 0.35)).find(both) is None


@pytest.mark.parametrize("region", [(0.5, 0.5, 1e-6, 1e-6), (0.0, 0.0, 0.01, 1.0)])
def test_a_region_too_small_for_a_face_holds_none(detector, small_left, region):
    assert FaceFollower(detector, region).find(small_left[0]) is None


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ((0, 0, 1, 1), (0, 0, 640, 360)),
        ((0.75, 0.5, 0.25, 0.5), (480, 180, 640, 360)),
        ((0.5, 0.5, 0.50005, 0.50005), (320, 180, 640, 360)),
    ],
)
def test_a_region_is_fractions_of_the_picture(region, expected):
    assert region_pixels(region, canvas()) == expected


def test_no_face_is_an_ordinary_batch():
    batch = FaceBatch.empty()
    assert len(batch) == 0
    assert len(batch.scaled(2, 1, 1).where(np.zeros(0, bool)).areas) == 0


def test_a_crop_is_black_outside_the_picture():
    white = np.full((10, 10, 3), 255, np.uint8)
    corner = crop(white, np.array([-10, -10, 10, 10]), 4)
    assert corner.shape == (4, 4, 3)
    assert corner[..., 0].tolist() == [[0, 0, 0, 0]] * 2 + [[0, 0, 255, 255]] * 2


@pytest.mark.parametrize("box", [(-30, -30, -10, -10), (20, 20, 30, 30), (5, 5, 5, 5)])
def test_a_crop_of_a_strange_box_still_has_its_size(box):
    assert crop(canvas(10, 10), np.array(box, float), 4).shape == (4, 4, 3)


def test_boxes_become_squares_and_fractions():
    assert squared(np.array([10, 20, 30, 60])).tolist() == [0, 20, 40, 60]
    inside = as_fractions(np.array([-64, 90, 320, 450]), canvas())
    assert inside.tolist() == [0, 0.25, 0.5, 0.75]


def emotion_of(photo, detector, model):
    faces = Faces(model)
    faces.add(0, photo, FaceFollower(detector).find(photo))
    return dict(zip(EMOTION_COLUMNS, faces.columns(1)[0][0], strict=True))


def test_the_embedded_model_reads_a_straight_face(detector, embedded):
    found = emotion_of(hopper(), detector, embedded)
    assert found["neutral"] > 0.7
    assert found["happiness"] < 0.1


def test_the_embedded_model_reads_a_smile(detector, embedded):
    found = emotion_of(astronaut(), detector, embedded)
    assert found["happiness"] > 0.95
    assert found["valence"] == pytest.approx(VALENCE_AROUSAL["happiness"][0], abs=0.05)


def test_the_embedded_model_gives_probabilities_without_contempt(embedded):
    size = embedded.preprocessing.input_size
    noise = np.random.default_rng(0).integers(0, 256, (3, 3, size, size), dtype=np.uint8)
    found = embedded(noise)
    assert found.shape == (3, 10)
    assert found[:, :8].sum(1) == pytest.approx(np.ones(3), abs=1e-5)
    assert not found[:, EMOTIONS.index("contempt")].any()
    assert embedded.info.name == "face-api-expression"


def test_a_strided_convolution_pads_right_and_bottom_as_tensorflow_does():
    # Ones under a 3×3 window of ones, stride 2: the windows start at rows and columns 0 and 2,
    # and reach one past the right and bottom edges: 3×3, 3×2, 2×3 and 2×2 ones are inside.
    net = SeparableConv(1, 1, stride=2)
    set_to_ones(net)
    assert net(torch.ones(1, 1, 4, 4)).tolist() == [[[[9.0, 6.0], [6.0, 4.0]]]]


def test_a_plain_convolution_pads_all_around():
    net = SeparableConv(1, 1)
    set_to_ones(net)
    found = net(torch.ones(1, 1, 3, 3))[0, 0]
    assert found.tolist() == [[4.0, 6.0, 4.0], [6.0, 9.0, 6.0], [4.0, 6.0, 4.0]]


def test_the_first_convolution_pads_right_and_bottom_too():
    net = FirstConv(1)
    set_to_ones(net)
    assert net(torch.ones(1, 3, 4, 4)).tolist() == [[[[27.0, 18.0], [18.0, 12.0]]]]


def set_to_ones(net):
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.fill_(0.0 if name.endswith("bias") else 1.0)


def test_the_embedded_net_has_seven_classes_and_a_third_of_a_million_parameters():
    net = FaceExpressionNet()
    assert net(torch.zeros(2, 3, 112, 112)).shape == (2, len(CLASSES))
    assert sum(p.numel() for p in net.parameters()) == pytest.approx(330_000, rel=0.03)


def test_preprocessing_scales_and_normalises():
    how = Preprocessing(32, "box", (10.0, 20.0, 30.0), (1.0, 2.0, 5.0))
    x = how(np.full((1, 3, 4, 4), 40, np.uint8)).cpu()
    assert x.shape == (1, 3, 32, 32)
    assert x[0, :, 0, 0].tolist() == [30.0, 10.0, 2.0]


@pytest.fixture(scope="module")
def va_mtl_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "va-mtl.safetensors"
    torch.manual_seed(0)
    save_file(VaMtl.build().state_dict(), path)
    return path


def test_va_mtl_is_the_published_architecture():
    net = VaMtl.build()
    assert sum(t.numel() for t in net.state_dict().values()) == 4_062_423
    assert (net.num_features, net.num_classes) == (1280, 10)


def test_va_mtl_gives_probabilities_then_valence_and_arousal(va_mtl_file):
    model = VaMtl.load(va_mtl_file)
    found = model(np.full((2, 3, 224, 224), 90, np.uint8))
    assert found.shape == (2, 10)
    assert found[:, :8].sum(1) == pytest.approx(np.ones(2), abs=1e-5)
    assert np.abs(found[:, 8:]).max() <= 1
    assert model.info.name == "enet_b0_8_va_mtl"
    assert resolve_emotion_model("auto", va_mtl_file).found.info == model.info


def bad_weights(kind, path, good):
    content = {
        "empty": b"",
        "text": b"these are not weights\n" * 100,
        "truncated": good.read_bytes()[:-1000],
        "of-another-model": EMBEDDED.read_bytes(),
    }
    if kind != "missing":
        path.write_bytes(content[kind])
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "truncated", "of-another-model"])
def test_bad_weights_are_refused_in_one_line(tmp_path, va_mtl_file, kind):
    path = bad_weights(kind, tmp_path / "w.safetensors", va_mtl_file)
    with pytest.raises(WeightsError, match=r"w\.safetensors") as refusal:
        resolve_emotion_model("va-mtl", path)
    assert "\n" not in str(refusal.value)


def test_weights_with_one_tensor_less_are_refused(tmp_path):
    state = FaceExpressionNet().state_dict()
    del state["fc.bias"]
    save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(WeightsError, match=r"fc\.bias"):
        load_strict(FaceExpressionNet(), tmp_path / "w.safetensors")


@pytest.mark.parametrize(
    ("choice", "weights", "error"),
    [
        pytest.param("va-mtl", None, WeightsError, id="va-mtl-without-weights"),
        pytest.param("embedded", EMBEDDED, OptionError, id="embedded-with-weights"),
        pytest.param("best", None, OptionError, id="unknown"),
    ],
)
def test_a_choice_of_model_that_cannot_be_is_refused(choice, weights, error):
    with pytest.raises(error, match="--emotion"):
        resolve_emotion_model(choice, weights)
