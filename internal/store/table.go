package store

import (
	"slices"
	"strings"
)

// table knows the statements that follow from a table's columns. The first columns are its key.
type table struct {
	name   string
	cols   []string
	sel    string // SELECT all columns FROM it
	insert string
	// ignore inserts nothing where a key is taken, without an error that would end the transaction.
	ignore string
	// upsert inserts, or replaces what is not key.
	upsert      string
	upsertMySQL string
}

// newTable takes the key's columns and the rest, each separated by spaces.
func newTable(name, key, rest string) *table {
	keys, others := strings.Fields(key), strings.Fields(rest)
	t := &table{name: name, cols: slices.Concat(keys, others)}
	list := strings.Join(t.cols, ", ")
	t.sel = "SELECT " + list + " FROM " + name
	t.insert = "INSERT INTO " + name + " (" + list + ") VALUES (" + marks(len(t.cols)) + ")"
	t.ignore = t.insert + " ON CONFLICT DO NOTHING"
	var std, my []string
	for _, c := range others {
		std = append(std, c+" = excluded."+c)
		my = append(my, c+" = VALUES("+c+")")
	}
	t.upsert = t.insert + " ON CONFLICT (" + strings.Join(keys, ", ") + ") DO UPDATE SET " + strings.Join(std, ", ")
	t.upsertMySQL = t.insert + " ON DUPLICATE KEY UPDATE " + strings.Join(my, ", ")
	return t
}

// marks is "?, ?, ?" for n parameters.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
