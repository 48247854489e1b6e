// Package app puts the parts of the application together and runs them in roles.
package app

import (
	"github.com/consigil/consigil/internal/field"
	"github.com/consigil/consigil/internal/method"
	"github.com/consigil/consigil/internal/method/click"
	"github.com/consigil/consigil/internal/notify"
	"github.com/consigil/consigil/internal/notify/email"
)

// fieldTypes are the field types of every installation, in the order in which they are offered.
var fieldTypes = []field.Type{
	field.Signature{},
	field.Initials{},
	field.FullName{},
	field.DateSigned{},
	field.Text{},
	field.Checkbox{},
	field.Email{},
	field.Dropdown{},
}

// methods are the ways in which a recipient can sign.
func (c *core) methods() []method.Method {
	return []method.Method{
		&click.Method{Types: c.types, Fonts: c.fonts, Authority: c.authority, TSA: c.authority.TSA()},
	}
}

// channels are the ways in which messages leave.
func (c *core) channels() []notify.Channel {
	return []notify.Channel{
		email.New(c.mail),
	}
}
