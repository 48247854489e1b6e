// Package archtest holds the tests that keep the house in shape: who may import whom, that every package says
// what it is, that the three dialects carry the same migrations, that every file stays readable, and that an
// extension stays one line in the list of built-ins. It has no code of its own.
package archtest
