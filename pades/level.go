package pades

import "io"

// FieldLevel is the level that one signature of a file reaches.
type FieldLevel struct {
	Field string // full name
	Level Level
}

// AchievedLevel tells from the bytes alone which level each signature has the
// parts for. It says nothing about their validity.
func AchievedLevel(src io.ReaderAt, size int64) ([]FieldLevel, error) {
	return nil, ErrField
}
