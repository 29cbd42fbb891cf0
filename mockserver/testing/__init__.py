"""The mock as tests meet it: a space with its records, calls, clock and faults, and clients that
need no port.
"""
