//go:build !unix

package disk

// plain keeps the error: this system has no common number for a full disk.
func plain(err error) error { return err }
