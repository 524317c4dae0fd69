"""Legal papers: written from the law folder's templates, sealed, printed as PDF, and checked by anybody who has one."""
