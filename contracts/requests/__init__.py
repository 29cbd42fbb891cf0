"""Requests, made: valid ones of samples, drafts and strategies, broken ones by one rule each."""
