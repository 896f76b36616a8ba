"""Labelled sets that people can fetch themselves, as manifests."""
