"""What is told others of a change: webhooks, callbacks and their signatures."""
