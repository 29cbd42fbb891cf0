"""Both clients against one `understudy mock --tls` process, each in a process of its own, set up as
their users do.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MOCK = [sys.executable, "-c", "from mockserver.cli import main; main()", "mock", "-p", "0", "--tls"]
OMNITRON = """
import sys
from omnisdk.omnitron.client import OmnitronApiClient
from omnisdk.omnitron.endpoints import ChannelProductImageEndpoint
api = OmnitronApiClient(sys.argv[1] + "/", "u", "p")
print([image.pk for image in ChannelProductImageEndpoint(channel_id=5, path="inserts").list(params={"limit": 3})])
"""
BIGCOMMERCE = """
import sys
from bigcommerce.api import BigcommerceApi
oauth = BigcommerceApi(client_id="cid", store_hash="abc123", access_token="tok")
basic = BigcommerceApi(host=sys.argv[1].removeprefix("https://"), basic_auth=("admin", "key"))
made = oauth.ProductImages.create(32, image_file="http://e.com/a.jpg")
print([image.id for image in basic.ProductImages.all(32)], made.id, basic.ProductImages.count())
"""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The URL of all APIs behind one port, and the authority of its certificate."""
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path_factory.mktemp("mock")),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(MOCK, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = ""
        while "listening on" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        url = re.search(r"listening on (\S+)", said)
        authority = re.search(r"REQUESTS_CA_BUNDLE=(\S+)", said)
        assert url is not None
        assert authority is not None
        try:
            yield url[1], authority[1]
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("story", "told"),
    [(OMNITRON, "[1, 2, 3]"), (BIGCOMMERCE, "[247, 248, 249] 249 4")],
    ids=["omnisdk", "bigcommerce"],
)
def test_a_client_needs_nothing_but_its_environment(
    mock: tuple[str, str], story: str, told: str
) -> None:
    url, authority = mock
    address = url.removeprefix("https://")
    environment = {
        "PATH": os.environ["PATH"],
        "BC_API_ENDPOINT": address,
        "REQUESTS_CA_BUNDLE": authority,
    }
    command = [sys.executable, "-c", story, url]
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert ran.stdout.strip() == told, ran.stderr
    assert Path(authority).is_file()
