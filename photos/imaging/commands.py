"""What ffmpeg is told: how to read a file nobody trusts, and how what comes out has to look."""

from collections.abc import Sequence

from photos.imaging.tracks import Transfer

MAX_VIDEO_PIXELS = 8192 * 4320
MAX_SHORT_SIDE = 720
MAX_LONG_SIDE = 1920
MAX_POSTER_SIDE = 2048
# Two frames are kept at least this far apart, in seconds. A clip of 60 a second keeps all, one of 120 every other;
# a little under 1/60, as many files round the times of frames.
MIN_FRAME_DISTANCE = 1 / 70

_DECODERS = (
    "h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,"
    "aac,aac_latm,mp3float,mp3,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,"
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,"
    "pcm_mulaw,pcm_alaw,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb"
)
_TRANSFER_NAMES = {Transfer.PQ: "smpte2084", Transfer.HLG: "arib-std-b67"}
_SEI = 6


def source(path: str, demuxer: str, *, threads: int, seek: Sequence[str] = ()) -> list[str]:
    """Nothing but this one file is opened, by one demuxer and the decoders of the codecs we take; any error ends it."""
    return [
        *("-loglevel", "error", "-xerror", "-y"),
        *("-protocol_whitelist", "file", "-codec_whitelist", _DECODERS, "-max_pixels", str(MAX_VIDEO_PIXELS)),
        *("-threads", str(threads), "-f", demuxer, *seek, "-i", f"file:{path}"),
    ]


def poster_output(transfer: Transfer) -> list[str]:
    """One frame as PNG on standard output."""
    factor = f"min(1,{MAX_POSTER_SIDE}/max(iw*sar,ih))"
    filters = [f"scale=w='max(1,round(iw*sar*{factor}))':h='max(1,round(ih*{factor}))'", *_to_standard(transfer)]
    return [
        *("-map", "0:V:0", "-frames:v", "1", "-vf", ",".join([*filters, "setsar=1", "format=rgb24"])),
        *("-c:v", "png", "-compression_level", "1", "-f", "image2pipe", "pipe:1"),
    ]


def clip_output(target: str, transfer: Transfer, sound: int | None, *, threads: int, seconds: float) -> list[str]:
    """H.264 and AAC that every browser plays while it loads, at most `seconds` long, and nothing beside them.

    Progress goes to standard output. The encoder's own notes (SEI) are taken out of the stream.
    """
    return [
        *("-map", "0:V:0", "-vf", _clip_filters(transfer), "-fps_mode", "vfr"),
        *("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-threads", str(threads), "-g", "150"),
        *("-crf", "23", "-maxrate", "4500k", "-bufsize", "9000k"),
        *("-bsf:v", f"filter_units=remove_types={_SEI}"),
        *(_sound_output(sound) if sound is not None else ("-an",)),
        *("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-write_tmcd", "0"),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        *("-t", f"{seconds:.3f}", "-movflags", "+faststart", "-f", "mp4"),
        *("-progress", "pipe:1", "-stats_period", "0.5", f"file:{target}"),
    ]


def _sound_output(sound: int) -> list[str]:
    return [
        *("-map", f"0:a:{sound}", "-c:a", "aac", "-b:a", "128k"),
        *("-af", "aresample=async=1,aformat=sample_rates=44100|48000:channel_layouts=stereo"),
    ]


def _clip_filters(transfer: Transfer) -> str:
    """Frames come in upright already. Sizes are even and never larger than those of the original."""
    factor = f"min(1,min({MAX_SHORT_SIDE}/min(iw*sar,ih),{MAX_LONG_SIDE}/max(iw*sar,ih)))"
    width, height = (f"max(2,2*floor({side}*{factor}/2+0.01))" for side in ("iw*sar", "ih"))
    return ",".join(
        [
            f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{MIN_FRAME_DISTANCE:.5f})'",
            f"scale=w='{width}':h='{height}':out_range=tv",
            *_to_standard(transfer),
            "setsar=1",
            "format=yuv420p",
        ]
    )


def _to_standard(transfer: Transfer) -> list[str]:
    """Filters that bring the brightness of HDR into what every screen shows."""
    if transfer is Transfer.STANDARD:
        return []
    name = _TRANSFER_NAMES[transfer]
    return [
        f"zscale=tin={name}:pin=2020:min=2020_ncl:t=linear:npl=200",
        "format=gbrpf32le",
        "zscale=p=709",
        "tonemap=mobius:desat=0",
        "zscale=t=709:m=709:r=tv",
    ]
