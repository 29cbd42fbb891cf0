"""The one door to connexion: the classes that this room extends, untyped beyond it."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # connexion imports its test client, which warns of httpx, on every start
    from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver
    from connexion.security import AbstractSecurityHandler, SecurityHandlerFactory
    from connexion.spec import OpenAPISpecification

__all__ = [
    "AbstractOperation",
    "AbstractSecurityHandler",
    "OpenAPISpecification",
    "Resolution",
    "Resolver",
    "RoutedAPI",
    "RoutedMiddleware",
    "SecurityHandlerFactory",
]
