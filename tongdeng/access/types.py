"""Purposes a command or job may act for."""

INTAKE, IDENTIFY, DETERMINE, MEASURE, SERVE, EXPORT = "intake", "identify", "determine", "measure", "serve", "export"
NOTIFY, PRIVACY, DOCUMENTS = "notify", "privacy", "documents"
RESIDENT, RESIDENT_SIGN_IN = "resident", "resident_sign_in"  # at /my/, and on the way in
CONNECT = "connect"  # jobs that tell connected systems
DESK, FOLLOW = "desk", "follow"  # jobs on cases; a case read by its number and code, without an account
LOOKS, AUDIT = "looks", "audit"
