"""Which codecs are decoded: what people record, edit and upload, and no other.

FFmpeg knows hundreds more, of games and of the nineties, that nobody looks after: a stream of
such a codec is passed over as if it were not there.
"""

from typing import Any

_PICTURES = (
    # Cameras, phones, sites, streaming software.
    "h264 hevc vvc av1 vp8 vp9 mpeg4 mpeg2video mpeg1video mjpeg h263 h263p h263i flv1 vp6 vp6a "
    "vp6f theora dirac msmpeg4v1 msmpeg4v2 msmpeg4v3 wmv1 wmv2 wmv3 vc1 rv10 rv20 rv30 rv40 "
    "dvvideo jpeg2000 apv gif png "
    # Editing.
    "prores prores_raw dnxhd cfhd hap hq_hqa hqx speedhq ffv1 huffyuv ffvhuff utvideo magicyuv "
    "lagarith rawvideo v210 v410 v308 v408 yuv4 y41p avui r210 r10k qtrle 8bps rpza svq1 svq3 "
    "mjpegb cinepak indeo3 indeo4 indeo5 msvideo1 msrle "
    # Recorders of the screen.
    "fraps zmbv cscd tscc tscc2 mss1 mss2 mts2 screenpresso g2m flashsv flashsv2 vmnc"
)
_SOUNDS = (
    "aac aac_latm mp4als mp1 mp2 mp3 opus vorbis flac alac ac3 eac3 dts truehd mlp wmav1 wmav2 "
    "wmapro wmalossless wmavoice amr_nb amr_wb adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_ima_amv "
    "adpcm_swf adpcm_yamaha adpcm_g722 adpcm_g726 adpcm_g726le g723_1 g729 gsm gsm_ms ilbc speex "
    "nellymoser qcelp evrc cook sipr atrac3 atrac3p qdm2 mace3 mace6 wavpack tak ape tta s302m "
    "dvaudio pcm_alaw pcm_mulaw pcm_s8 pcm_u8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le "
    "pcm_s32be pcm_s64le pcm_s64be pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_u16le pcm_u16be "
    "pcm_u24le pcm_u24be pcm_u32le pcm_u32be pcm_s8_planar pcm_s16le_planar pcm_s16be_planar "
    "pcm_s24le_planar pcm_s32le_planar pcm_bluray pcm_dvd pcm_lxf"
)
CODECS = frozenset(f"{_PICTURES} {_SOUNDS}".split())
"""FFmpeg's names of the formats."""

_OTHERWISE = (
    "libdav1d libaom-av1 libvpx libvpx-vp9 flv msmpeg4 camstudio camtasia mp1float mp2float "
    "mp3float dca amrnb amrwb libopencore_amrnb libopencore_amrwb g722 g726 g726le libopus "
    "libvorbis libspeex libgsm libgsm_ms als atrac3plus real_144 real_288"
)
DECODERS = ",".join(sorted({*CODECS, *_OTHERWISE.split()}))
"""FFmpeg's names of what decodes them, for its `codec_whitelist`."""


def codec_name(stream: Any) -> str:
    """FFmpeg's name of a stream's format; `unknown` where it knows none."""
    known = stream.codec_context
    return known.codec.canonical_name if known is not None else "unknown"


def is_decoded(stream: Any) -> bool:
    """Whether a stream of a file is looked at."""
    return codec_name(stream) in CODECS
