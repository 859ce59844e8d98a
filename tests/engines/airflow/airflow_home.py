"""An Airflow of the tests' own: its folder, its settings, and how its commands are run."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from engines.conftest import EngineSite

from salesforce_emulator.identity import identity_of

AIRFLOW = str(Path(sys.executable).with_name("airflow"))


@dataclass
class AirflowHome:
    """See the module.

    Attributes:
        environment: Variables that every process of this Airflow has.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "dags").mkdir(parents=True)
        self.environment = {
            **os.environ,
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.folder / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
            "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
            "NO_COLOR": "1",
        }

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [AIRFLOW, *words],
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def write_dag(self, name: str, source: str) -> None:
        (self.folder / "dags" / f"{name}.py").write_text(source, encoding="utf-8")


def connection_json(site: EngineSite, **changes: Any) -> str:
    """Return the connection `acme` as an AIRFLOW_CONN_... variable holds it."""
    settings = site.host.store.get("acme").settings
    extra = {
        "auth_method": "client_credentials",
        "consumer_key": settings["consumer_key"],
        "consumer_secret": settings["consumer_secret"],
        "local_org": True,
        **changes,
    }
    connection = {
        "conn_type": "salesforceconnector",
        "host": site.url,
        "port": 443,
        "extra": json.dumps(extra),
    }
    return json.dumps(connection)


def allow_key(site: EngineSite) -> dict[str, str]:
    """Let the org's app `platform` take a new private key; give what the form asks for."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    identity = identity_of(site.org)
    username = next(
        login.username for login in identity.logins if login.username.startswith("sales")
    )
    app = identity.apps.change(
        "platform",
        flows=frozenset({"jwt_bearer"}),
        certificate=public.decode(),
        permitted_users="admin_approved",
        approved_users=frozenset({username}),
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"consumer_key": app.consumer_key, "username": username, "private_key": pem}
