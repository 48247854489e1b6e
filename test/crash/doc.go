// Package crash kills the real program at random moments while it seals, and looks afterwards for what was lost or
// done twice. It has tests only, under the build tag interop; run.sh is how they are started.
package crash
