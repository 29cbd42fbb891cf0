"""What each reply must say: the model's own decisions, followed along with the traffic of a
server.
"""
