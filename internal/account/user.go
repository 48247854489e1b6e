package account

import (
	"context"
	"errors"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
)

func (s *Service) newUser(org id.Org, name, email string, role access.Role) *User {
	return &User{ID: id.New(), Org: org, Name: name, Email: email, Role: role, Locale: "en", CreatedAt: s.clock.Now(), Version: 1}
}

// NewUser says who to add.
type NewUser struct {
	Name, Email, Locale string
	Role                access.Role
}

// CreateUser adds a user, who signs in by a link first.
func (s *Service) CreateUser(ctx context.Context, org id.Org, n NewUser) (*User, error) {
	if err := checkName(n.Name, "/name"); err != nil {
		return nil, err
	}
	email, err := normalEmail(n.Email, "/email")
	if err != nil {
		return nil, err
	}
	if !access.Known(n.Role) {
		return nil, problem.InField("/role", "unknown_role", "Use sender, operator, admin or auditor.")
	}
	u := s.newUser(org, n.Name, email, n.Role)
	if n.Locale != "" {
		if err := checkLocale(n.Locale); err != nil {
			return nil, err
		}
		u.Locale = n.Locale
	}
	return u, s.store.Update(ctx, org, func(tx Tx) error { return tx.InsertUser(ctx, u) })
}

// User returns one user.
func (s *Service) User(ctx context.Context, org id.Org, user id.ID) (u *User, err error) {
	err = s.store.View(ctx, org, func(tx Tx) error {
		u, err = tx.User(ctx, user)
		return err
	})
	return u, err
}

// Users lists users by id.
func (s *Service) Users(ctx context.Context, org id.Org, after id.ID, limit int) (list []*User, err error) {
	err = s.store.View(ctx, org, func(tx Tx) error {
		list, err = tx.Users(ctx, after, limit)
		return err
	})
	return list, err
}

// UserChange holds what may be changed; nil leaves a member as it is.
type UserChange struct {
	Name, Locale *string
	Role         *access.Role
	Disabled     *bool
}

// UpdateUser changes a user. Disabling ends their sessions. The last active admin stays one.
func (s *Service) UpdateUser(ctx context.Context, org id.Org, user id.ID, version int64, c UserChange) (u *User, err error) {
	err = s.store.Update(ctx, org, func(tx Tx) error {
		if u, err = tx.User(ctx, user); err != nil {
			return err
		}
		if version != 0 && version != u.Version {
			return errVersion
		}
		wasAdmin := isActiveAdmin(u)
		if err := c.apply(u, s.clock.Now()); err != nil {
			return err
		}
		if wasAdmin && !isActiveAdmin(u) {
			if err := otherAdmin(ctx, tx, user); err != nil {
				return err
			}
		}
		if err := tx.UpdateUser(ctx, u); err != nil || u.DisabledAt.IsZero() {
			return err
		}
		return endSessions(ctx, tx, user, "", s.clock.Now())
	})
	return u, err
}

func (c UserChange) apply(u *User, now time.Time) error {
	if c.Name != nil {
		if err := checkName(*c.Name, "/name"); err != nil {
			return err
		}
		u.Name = *c.Name
	}
	if c.Locale != nil {
		if err := checkLocale(*c.Locale); err != nil {
			return err
		}
		u.Locale = *c.Locale
	}
	if c.Role != nil {
		if !access.Known(*c.Role) {
			return problem.InField("/role", "unknown_role", "Use sender, operator, admin or auditor.")
		}
		u.Role = *c.Role
	}
	if c.Disabled == nil {
		return nil
	}
	switch {
	case !*c.Disabled:
		u.DisabledAt = time.Time{}
	case u.DisabledAt.IsZero():
		u.DisabledAt = now
	}
	return nil
}

func isActiveAdmin(u *User) bool { return u.Role == access.Admin && u.DisabledAt.IsZero() }

const usersAPage = 200

// otherAdmin fails unless someone besides this user can administer the organization.
func otherAdmin(ctx context.Context, tx Tx, except id.ID) error {
	after := id.ID("")
	for {
		users, err := tx.Users(ctx, after, usersAPage)
		if err != nil {
			return err
		}
		for _, u := range users {
			if u.ID != except && isActiveAdmin(u) {
				return nil
			}
		}
		if len(users) < usersAPage {
			return problem.New(problem.Conflict, "last_admin", "Make another user an admin first: nobody else could administer the organization.")
		}
		after = users[len(users)-1].ID
	}
}

// SetPassword gives a user a new password and ends their other sessions. current is asked for where one is set,
// and counted like a sign-in.
func (s *Service) SetPassword(ctx context.Context, p *access.Principal, current, next string) error {
	if err := checkPassword(next); err != nil {
		return err
	}
	u, err := s.User(ctx, p.Org, p.User)
	if err != nil {
		return err
	}
	if u.Password != "" {
		err := s.tryPassword(ctx, u, current, p.Address)
		if errors.Is(err, errBadSignIn) {
			return problem.InField("/current", "wrong_password", "This is not your present password.")
		}
		if err != nil {
			return err
		}
	}
	hash, err := s.hashPassword(ctx, next)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, p.Org, func(tx Tx) error {
		u, err := tx.User(ctx, p.User)
		if err != nil {
			return err
		}
		u.Password = hash
		if err := tx.UpdateUser(ctx, u); err != nil {
			return err
		}
		return endSessions(ctx, tx, p.User, p.Session, s.clock.Now())
	})
}
