package op

import (
	"context"
	"net/http"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/id"
)

// UserView is a user as the API shows one.
type UserView struct {
	ID          id.ID     `json:"id"`
	Name        string    `json:"name"`
	Email       string    `json:"email"`
	Role        string    `json:"role"`
	Locale      string    `json:"locale"`
	Disabled    bool      `json:"disabled"`
	HasPassword bool      `json:"has_password"`
	CreatedAt   time.Time `json:"created_at"`
}

type userOutput struct {
	ETag string `header:"ETag"`
	Body UserView
}

type usersOutput struct{ Body List[UserView] }

type userInput struct {
	User string `path:"user"`
}

type createUserInput struct {
	Body struct {
		Name   string `json:"name" maxLength:"200"`
		Email  string `json:"email" maxLength:"254"`
		Role   string `json:"role" enum:"sender,operator,admin,auditor"`
		Locale string `json:"locale,omitempty" maxLength:"35"`
	}
}

type updateUserInput struct {
	User    string `path:"user"`
	IfMatch string `header:"If-Match"`
	Body    struct {
		Name     *string `json:"name,omitempty" maxLength:"200"`
		Role     *string `json:"role,omitempty" enum:"sender,operator,admin,auditor"`
		Locale   *string `json:"locale,omitempty" maxLength:"35"`
		Disabled *bool   `json:"disabled,omitempty"`
	}
}

type passwordInput struct {
	Body struct {
		Current  string `json:"current,omitempty" maxLength:"1024"`
		Password string `json:"password" maxLength:"1024"`
	}
}

// SignInLinkOutput shows a sign-in link, once.
type SignInLinkOutput struct {
	Body struct {
		Link      string    `json:"link"`
		QR        *QRView   `json:"qr" nullable:"false"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

const staffAndAPI = access.Staff | access.API

// Users are the rows of users. Sign-in links point at the installation's public URL.
func Users(s *account.Service, in Installation) []Op {
	return append(append(append(meRows(s, in), roleRows()...), userRows(s)...),
		Typed(Row{
			ID: "createSignInLink", Method: http.MethodPost, Path: "/api/v1/users/{user}/sign-in-link",
			Summary: "Make a one-time sign-in link for a user", Audience: staffAndAPI, Group: GroupApp,
			Permission: access.UsersWrite, Audit: AuditAlways, Idempotent: true, Secret: true, Status: http.StatusCreated,
		}, func(ctx context.Context, who *userInput) (*SignInLinkOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			token, expires, err := s.SignInLink(ctx, p.Org, id.ID(who.User))
			if err != nil {
				return nil, err
			}
			out := &SignInLinkOutput{}
			out.Body.Link, out.Body.ExpiresAt = in.PublicURL()+"/sign-in#"+token, expires
			out.Body.QR, err = qrOf(out.Body.Link)
			return out, err
		}),
		Typed(Row{
			ID: "endUserSessions", Method: http.MethodDelete, Path: "/api/v1/users/{user}/sessions", Summary: "End all sessions of a user",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.UsersWrite, Audit: AuditAlways,
		}, func(ctx context.Context, in *userInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			if _, err := s.User(ctx, p.Org, id.ID(in.User)); err != nil {
				return nil, err
			}
			return &Empty{}, s.EndSessions(ctx, p.Org, id.ID(in.User), p.Session)
		}),
		Typed(Row{
			ID: "setPassword", Method: http.MethodPut, Path: "/api/v1/users/me/password", Summary: "Set your password; other sessions end",
			Audience: access.Staff, Group: GroupApp, Permission: access.SessionsOwn, Limit: LimitSecret,
		}, func(ctx context.Context, in *passwordInput) (*Empty, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			return &Empty{}, s.SetPassword(ctx, p, in.Body.Current, in.Body.Password)
		}),
	)
}

func userRows(s *account.Service) []Op {
	return []Op{
		Typed(Row{
			ID: "listUsers", Method: http.MethodGet, Path: "/api/v1/users", Summary: "List the organization's users",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.UsersRead,
		}, func(ctx context.Context, in *Page) (*usersOutput, error) { return listUsers(ctx, s, in) }),
		Typed(Row{
			ID: "createUser", Method: http.MethodPost, Path: "/api/v1/users", Summary: "Add a user",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.UsersWrite, Audit: AuditAlways,
			Idempotent: true, Status: http.StatusCreated,
		}, func(ctx context.Context, in *createUserInput) (*userOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			u, err := s.CreateUser(ctx, p.Org, account.NewUser{
				Name: in.Body.Name, Email: in.Body.Email, Locale: in.Body.Locale, Role: access.Role(in.Body.Role),
			})
			return userAnswer(u, err)
		}),
		Typed(Row{
			ID: "getUser", Method: http.MethodGet, Path: "/api/v1/users/{user}", Summary: "Read a user",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.UsersRead,
		}, func(ctx context.Context, in *userInput) (*userOutput, error) {
			p, err := access.From(ctx)
			if err != nil {
				return nil, err
			}
			u, err := s.User(ctx, p.Org, id.ID(in.User))
			return userAnswer(u, err)
		}),
		Typed(Row{
			ID: "updateUser", Method: http.MethodPatch, Path: "/api/v1/users/{user}", Summary: "Change a user",
			Audience: staffAndAPI, Group: GroupApp, Permission: access.UsersWrite, Audit: AuditAlways,
		}, func(ctx context.Context, in *updateUserInput) (*userOutput, error) { return updateUser(ctx, s, in) }),
	}
}

func viewUser(u *account.User) UserView {
	return UserView{
		ID: u.ID, Name: u.Name, Email: u.Email, Role: string(u.Role), Locale: u.Locale,
		Disabled: !u.DisabledAt.IsZero(), HasPassword: u.Password != "", CreatedAt: u.CreatedAt,
	}
}

func userAnswer(u *account.User, err error) (*userOutput, error) {
	if err != nil {
		return nil, err
	}
	return &userOutput{ETag: ETag(u.Version), Body: viewUser(u)}, nil
}

func listUsers(ctx context.Context, s *account.Service, in *Page) (*usersOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	after, err := in.After()
	if err != nil {
		return nil, err
	}
	all, err := s.Users(ctx, p.Org, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	var views []UserView
	for _, u := range all {
		views = append(views, viewUser(u))
	}
	return &usersOutput{Body: NewList(views, in.Limit, func(u UserView) id.ID { return u.ID })}, nil
}

func updateUser(ctx context.Context, s *account.Service, in *updateUserInput) (*userOutput, error) {
	p, err := access.From(ctx)
	if err != nil {
		return nil, err
	}
	version, _, err := IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	change := account.UserChange{Name: in.Body.Name, Locale: in.Body.Locale, Disabled: in.Body.Disabled}
	if in.Body.Role != nil {
		role := access.Role(*in.Body.Role)
		change.Role = &role
	}
	u, err := s.UpdateUser(ctx, p.Org, id.ID(in.User), version, change)
	return userAnswer(u, err)
}
