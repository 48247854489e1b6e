// Package id names things: UUIDv7 identifiers, which sort by creation on every engine.
package id

import "github.com/google/uuid"

// Org is the id of an organization. It is a type of its own so that no call can take
// another id in its place; it comes from the principal and from nowhere else.
type Org string

// ID is the id of anything else.
type ID string

// New returns a fresh UUIDv7 as lower-case text.
func New() ID {
	u, err := uuid.NewV7()
	if err != nil { // the system's random source failed; nothing can be done safely
		panic("id: no randomness: " + err.Error())
	}
	return ID(u.String())
}

// Valid says whether s has the form of an id.
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	_, err := uuid.Parse(s)
	return err == nil
}
