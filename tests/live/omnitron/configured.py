"""Configure Django for this server, in code and once in a process: import this before any model."""

from __future__ import annotations

import logging

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": ":memory:",
                "ATOMIC_REQUESTS": True,
            }
        },
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "rest_framework",
            "rest_framework.authtoken",
            "tests.live.omnitron",
        ],
        LOGGING_CONFIG=None,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        PASSWORD_HASHERS=[
            "django.contrib.auth.hashers.MD5PasswordHasher"
        ],  # a slow one would hold up each test
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "EXCEPTION_HANDLER": "tests.live.omnitron.errors.handle",
        },
        ROOT_URLCONF="tests.live.omnitron.urls",
        SECRET_KEY="of no use: nothing is signed",
        SILENCED_SYSTEM_CHECKS=["*"],
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # it tells of each refusal
