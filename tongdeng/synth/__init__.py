"""A synthetic county: invented people, their lives and the rolls that departments would keep of them. No Django."""
