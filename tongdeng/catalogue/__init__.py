"""The county's services: loads the law and tells who sees what is recorded about them."""
