"""One module a trigger; `trigger_catalog` lists them."""
