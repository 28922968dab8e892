"""The formats that EMNIST comes in: IDX, CSV, Parquet; and the sentences for everything that is another thing."""
