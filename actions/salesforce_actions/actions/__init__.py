"""One module an action; `catalog` lists them."""
