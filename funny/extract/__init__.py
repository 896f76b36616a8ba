"""Video → Signals: what face and voice did, tick by tick."""
