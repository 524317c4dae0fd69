"""Keys of what is sealed: data keys in versions, wrapped by the county's root key, and their rotation."""
