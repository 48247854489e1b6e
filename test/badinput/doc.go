// Package badinput sends a running installation what it must refuse: broken and hostile files, faulty requests, dead
// links, wrong credentials, a full disk, an authority that is down. Each refusal is judged by its status, its stable
// code, the place that it points at, what it echoes, how long it takes and what it leaves behind. It reaches into
// nothing but a data directory, and there only to count and to search.
package badinput
