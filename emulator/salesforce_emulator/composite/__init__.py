"""Several requests or many records in one call: composite, batch, graph, tree, collections."""
