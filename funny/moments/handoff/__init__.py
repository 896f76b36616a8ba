"""Highlights → what an editor opens: project files, marker lists, tables.

    found = exported(analysis, "fcpxml", ExportOptions(), read_source(analysis.video))
    write(analysis, "edl", ExportOptions(handles_s=2), Path("out.edl"))

Decided first, written last: `listing` chooses moments and checks them, `plan` lays them on a track
in whole frames, and the writers of `formats` only spell what is decided.
"""
