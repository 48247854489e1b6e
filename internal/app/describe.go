package app

import (
	"net/http"

	"github.com/consigil/consigil/internal/httpapi"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/site"
)

// OpenAPI is the description of every operation, from the table that a server mounts; nothing is started.
func OpenAPI(version string) ([]byte, error) {
	table, err := (&core{}).table(&httpapi.Metrics{}, &site.Site{}, http.NotFoundHandler())
	if err != nil {
		return nil, err
	}
	return table.Mount(http.NewServeMux(), version, func(_ op.Row, h http.Handler) http.Handler { return h })()
}
