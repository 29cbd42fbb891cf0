"""The one door to connexion: what this room takes of it, untyped beyond it.

connexion cannot be had in parts: whatever of it is imported, its package brings its test client,
httpx, requests and jsonschema along, which take longer than all other imports of a mock together.
So only what nothing can do without it imports this module, inside the function that needs it:
`authorization` for the first operation whose credential stands in the Authorization header,
`swagger_ui` for the first page of Swagger UI. A mock whose callers send keys starts without it.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its test client warns of httpx, on every import
    from connexion.exceptions import OAuthProblem
    from connexion.middleware.swagger_ui import SwaggerUIAPI
    from connexion.options import SwaggerUIOptions
    from connexion.security import (
        NO_VALUE,
        AbstractSecurityHandler,
        BasicSecurityHandler,
        BearerSecurityHandler,
        SecurityHandlerFactory,
    )
    from connexion.spec import Specification

__all__ = [
    "NO_VALUE",
    "AbstractSecurityHandler",
    "BasicSecurityHandler",
    "BearerSecurityHandler",
    "OAuthProblem",
    "SecurityHandlerFactory",
    "Specification",
    "SwaggerUIAPI",
    "SwaggerUIOptions",
]
