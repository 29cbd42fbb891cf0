"""A mock for agents: its APIs as tools of the Model Context Protocol (MCP), to steer it or to call
its operations.
"""
