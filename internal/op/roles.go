package op

import (
	"context"
	"net/http"

	"github.com/consigil/consigil/internal/access"
)

// RolesView is the one table of who may do what.
type RolesView struct {
	Roles       []RoleView `json:"roles" nullable:"false"`
	Permissions []string   `json:"permissions" nullable:"false" doc:"Every permission there is, in a fixed order"`
}

// RoleView is a role with what it may do.
type RoleView struct {
	Role        string   `json:"role"`
	Permissions []string `json:"permissions" nullable:"false"`
}

// roleRows are the rows of roles.
func roleRows() []Op {
	return []Op{Typed(Row{
		ID: "listRoles", Method: http.MethodGet, Path: "/api/v1/roles", Summary: "Read which role may do what",
		Audience: staffAndAPI, Group: GroupApp, Permission: access.UsersRead,
	}, func(context.Context, *Empty) (*struct{ Body RolesView }, error) {
		out := RolesView{Permissions: names(access.All())}
		for _, r := range access.Roles() {
			out.Roles = append(out.Roles, RoleView{Role: string(r), Permissions: names(access.Of(r))})
		}
		return &struct{ Body RolesView }{out}, nil
	})}
}

func names(list []access.Permission) []string {
	out := make([]string, 0, len(list))
	for _, p := range list {
		out = append(out, string(p))
	}
	return out
}
