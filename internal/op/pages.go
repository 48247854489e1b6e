package op

import (
	"net/http"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/ceremony"
)

// LinkPage draws what a signing link leads to.
type LinkPage interface {
	Link(w http.ResponseWriter, r *http.Request, g *ceremony.Glance, err error)
}

// LinkPages are the addresses in mails. Opening one changes nothing: mail scanners open links too.
func LinkPages(s *ceremony.Service, page LinkPage) []Op {
	return []Op{
		Raw(Row{
			ID: "linkPage", Method: http.MethodGet, Path: "/s/{token}", Summary: "See where a signing link leads", Hidden: true,
			Audience: access.Public, Group: GroupCustomer, Limit: LimitSecret, Audit: AuditNever, Tag: "pages",
		}, func(w http.ResponseWriter, r *http.Request) error {
			g, err := s.Glance(r.Context(), r.PathValue("token"))
			page.Link(w, r, g, err)
			return nil
		}),
	}
}
