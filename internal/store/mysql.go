package store

import (
	"fmt"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mysqlConfig reads an address and fixes what our SQL stands on: four-byte text, strict mode, the count of rows
// that a WHERE found rather than changed, and parameters bound by the server.
func mysqlConfig(database string) (*mysql.Config, error) {
	cfg, err := mysql.ParseDSN(strings.TrimPrefix(database, "mysql://"))
	if err != nil {
		return nil, fmt.Errorf("store: mysql address: %w", err)
	}
	cfg.ClientFoundRows = true
	cfg.InterpolateParams = false
	cfg.ParseTime = true // for the tables of goose; ours hold no dates
	cfg.MultiStatements = false
	cfg.Collation = "utf8mb4_bin"
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,ANSI_QUOTES'"
	cfg.Params["innodb_lock_wait_timeout"] = "10"
	return cfg, nil
}
