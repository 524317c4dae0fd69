"""Purposes a command or job may act for."""

COUNTY_CODE_SETTING = "county"
INTAKE, IDENTIFY, DETERMINE, MEASURE, SERVE, EXPORT = "intake", "identify", "determine", "measure", "serve", "export"
