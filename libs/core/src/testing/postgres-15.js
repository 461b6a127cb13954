/** Where Debian's package `postgresql-15` puts its programs; CI installs it. */
export const POSTGRES_15_BIN = '/usr/lib/postgresql/15/bin';
