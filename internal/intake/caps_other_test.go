//go:build !linux

package intake

const hogArg = "test-hog"

func hog(string) int { return 0 }
