// Package store keeps rows in SQLite, PostgreSQL or MySQL/MariaDB behind the interfaces that the domains
// declare, and the job queue with them. It holds no rule of a domain: it keeps organizations apart, encrypts
// personal columns, makes a unit of work whole or nothing, and tells lost races from missing rows.
package store
