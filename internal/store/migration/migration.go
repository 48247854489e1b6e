// Package migration holds the schema of each dialect as numbered files, the same numbers and names in each
// folder. It runs nothing.
package migration

import "embed"

// Files holds sqlite/, postgres/ and mysql/.
//
//go:embed sqlite/*.sql postgres/*.sql mysql/*.sql
var Files embed.FS
