"""The pages that people look at: the documents of the APIs, and Swagger UI."""
