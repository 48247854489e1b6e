// Package app puts the parts of the application together and runs them in roles.
package app

import "github.com/consigil/consigil/internal/field"

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
