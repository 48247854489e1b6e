package store

import "strings"

// conditions builds a WHERE clause of constant texts and bound arguments.
type conditions struct {
	parts []string
	args  []any
}

func where(part string, args ...any) *conditions { return &conditions{[]string{part}, args} }

func (c *conditions) and(part string, args ...any) {
	c.parts = append(c.parts, part)
	c.args = append(c.args, args...)
}

// in asks that a column has one of some values; none of them, and no row matches.
func (c *conditions) in(column string, values []any) {
	if len(values) == 0 {
		c.and("1 = 0")
		return
	}
	c.and(column+" IN ("+marks(len(values))+")", values...)
}

func (c *conditions) sql() string { return " WHERE " + strings.Join(c.parts, " AND ") }

// texts makes arguments of a list.
func texts[S ~string](list []S) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// limit bounds a page: what is not stated or beyond all reason is 1000 rows.
func limit(n int) int64 {
	if n <= 0 || n > maxPage {
		return maxPage
	}
	return int64(n)
}

const maxPage = 1000
