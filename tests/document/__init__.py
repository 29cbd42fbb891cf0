"""Tests of the room `mockserver/document`."""
