"""Knowledge: data categories of articles, as searches and `/support` know them."""
