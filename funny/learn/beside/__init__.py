"""What lies beside a video: its info.json, subtitles, live chat and comments, read with care."""
