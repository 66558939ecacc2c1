"""Trains and measures the models that live/ loads. Imports from live/, never the reverse."""
