"""nginx in front of one app or of two replicas, with the configuration that the documents name."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import ROOT, browser
from tests.support.app import free_port
from tests.support.wait import wait_until

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/fingerspell.conf;
}}
"""


def write_certificate(folder: Path) -> None:
    """Write a self-signed certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))


def rules(replacements: dict[str, str]) -> str:
    """deploy/nginx.conf, with the ports and paths of this test in place of its own."""
    configuration = CONFIGURATION.read_text()
    for text, replacement in replacements.items():
        assert text in configuration, text
        configuration = configuration.replace(text, replacement)
    return configuration


@contextmanager
def running_nginx(folder: Path, port: int, configuration: str) -> Iterator[None]:
    """Run nginx with these rules, which make it listen on this port. Its files go into the folder."""
    program = browser.nginx()
    if program is None:
        pytest.skip("needs nginx: apt install nginx-light")
    (folder / "fingerspell.conf").write_text(configuration)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    with subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as process:

        def listens() -> bool:
            assert process.poll() is None, (folder / "error.log").read_text()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        try:
            wait_until(listens, f"nginx listens on {port}")
            yield
        finally:
            process.terminate()


@contextmanager
def nginx(folder: Path, ports: tuple[int, int]) -> Iterator[str]:
    """nginx in front of the replicas on these ports. Gives its https address."""
    write_certificate(folder)
    port = free_port()
    configuration = rules(
        {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/ssl/fingerspell": str(folder),
            "127.0.0.1:8501": f"127.0.0.1:{ports[0]}",
            "127.0.0.1:8502": f"127.0.0.1:{ports[1]}",
        }
    )
    with running_nginx(folder, port, configuration):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def plain_nginx(folder: Path, app_port: int, path: str = "/") -> Iterator[str]:
    """nginx in front of one app. Gives its address with the path.

    It serves http: browsers allow the camera on 127.0.0.1 without https.
    """
    port = free_port()
    configuration = rules(
        {
            "listen 443 ssl": f"listen 127.0.0.1:{port}",
            "    ssl_certificate ": "    # ssl_certificate ",
            "    ssl_certificate_key ": "    # ssl_certificate_key ",
            "127.0.0.1:8501": f"127.0.0.1:{app_port}",
            "    server 127.0.0.1:8502": "    # server 127.0.0.1:8502",
            "location / {": f"location {path} {{",
        }
    )
    with running_nginx(folder, port, configuration):
        yield f"http://127.0.0.1:{port}{path}".rstrip("/")
