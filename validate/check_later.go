package validate

import "fmt"

// checkLater lists what came after a signature. Whether it was allowed is not
// judged here.
func checkLater(e *evidence) []finding {
	if !e.layout.sound() || e.layout.laterCount == 0 {
		return nil
	}
	text := "One revision follows the signature; its changes are not judged."
	if n := e.layout.laterCount; n > 1 {
		text = fmt.Sprintf("%d revisions follow the signature; their changes are not judged.", n)
	}
	return []finding{warning("changed_later", text)}
}
