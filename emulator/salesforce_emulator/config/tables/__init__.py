"""What a config file may declare: dataclasses that `table_reader` reads TOML into."""
