package storetest

import "testing"

// Run runs the suite on one engine. Each case gets an empty store.
func Run(t *testing.T, e Engine) {
	cases := []struct {
		name string
		test func(*testing.T, *Env)
	}{
		{"Envelope", testEnvelope},
		{"EnvelopeRows", testEnvelopeRows},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.test(t, e.Open(t)) })
	}
}
