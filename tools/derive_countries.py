"""Write the values of the local org's state and country picklists, from pycountry's ISO 3166.

States are those of the nine countries for which a new org has some. Writes
emulator/salesforce_emulator/schema/countries.json: code -> [name, {code: name of state}].

    uvx --with pycountry python tools/derive_countries.py

https://help.salesforce.com/s/articleView?id=platform.admin_state_country_picklists_overview.htm
"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "emulator/salesforce_emulator/schema/countries.json"
WITH_STATES = ("AU", "BR", "CA", "CN", "IE", "IN", "IT", "MX", "US")
KINDS = {  # ISO has regions, too, where Salesforce has provinces
    "IT": {"Province", "Metropolitan city", "Free municipal consortium",
           "Autonomous province", "Decentralized regional entity"},
    "IE": {"County"},
}  # fmt: skip


def main() -> None:
    """Read pycountry's two databases and write the table."""
    folder = Path(import_module("pycountry").DATABASE_DIR)
    read: Any = json.loads
    countries = read((folder / "iso3166-1.json").read_text())["3166-1"]
    divisions = read((folder / "iso3166-2.json").read_text())["3166-2"]
    table: dict[str, tuple[str, dict[str, str]]] = {}
    for country in sorted(countries, key=lambda country: str(country["name"])):
        code = country["alpha_2"]
        states = {
            part["code"].partition("-")[2]: part["name"]
            for part in divisions
            if code in WITH_STATES
            and part["code"].startswith(f"{code}-")
            and part["type"] in KINDS.get(code, {part["type"]})
        }
        table[code] = (country["name"], dict(sorted(states.items(), key=lambda state: state[1])))
    OUT.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
    print(OUT, OUT.stat().st_size)
