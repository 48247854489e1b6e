package seal_test

import (
	"context"
	"crypto"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/signer"
	"github.com/consigil/consigil/test/world"
)

// shelf is a custodian elsewhere that can be switched off.
type shelf struct {
	keys map[string]signer.Signer
	down bool
}

func (*shelf) Kind() string { return seal.CustodyRemote }

func (s *shelf) Create(_ context.Context, _ id.Org, algorithm string) ([]byte, crypto.PublicKey, error) {
	if s.down {
		return nil, nil, seal.Unavailable(errors.New("switched off"))
	}
	key, err := seal.Generate(algorithm)
	if err != nil {
		return nil, nil, err
	}
	held, err := signer.FromKey(key)
	name := string(id.New())
	s.keys[name] = shelved{held, s}
	return []byte(name), key.Public(), err
}

func (s *shelf) Open(_ context.Context, _ id.Org, reference []byte) (signer.Signer, error) {
	return s.keys[string(reference)], nil
}

type shelved struct {
	signer.Signer
	*shelf
}

func (s shelved) Sign(ctx context.Context, alg signer.Algorithm, message []byte) ([]byte, error) {
	if s.down {
		return nil, seal.Unavailable(errors.New("switched off"))
	}
	return s.Signer.Sign(ctx, alg, message)
}

// service is the world's seal, with custodians of its own.
func service(w *world.World, custodians ...seal.Custodian) *seal.Service {
	return seal.New(seal.Deps{
		Store: w.Envelopes(), Vault: w.Vault, Keys: w.SealKeys(), Custodians: custodians, Authority: w.Authority, Organizations: w,
		Timestamps: w, Clock: w.Clock, PublicURL: func() string { return world.PublicURL },
	})
}

func TestKeysMoveToAnotherCustodian(t *testing.T) {
	w, ctx := world.New(t), context.Background()
	software, remote := seal.Software(w.Ring()), &shelf{keys: map[string]signer.Signer{}}
	first, err := service(w, software).Identity(ctx, w.Org)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := service(w, remote, software).Identity(ctx, w.Org)
	if err != nil || moved.KeyID == first.KeyID || len(remote.keys) != 1 {
		t.Fatalf("after the move: %+v, %v, %d keys elsewhere", moved, err, len(remote.keys))
	}
	keys, err := w.SealKeys().SealKeys(ctx, w.Org)
	if err != nil || len(keys) != 2 || keys[0].Custodian != seal.CustodyRemote || keys[1].Current || len(keys[1].Reference) != 0 {
		t.Errorf("rows %+v, %v: the key that stayed behind is not erased", keys, err)
	}
	if _, err := service(w, software).Identity(ctx, w.Org); err == nil {
		t.Error("a process that does not reach the custodian made a key of its own")
	}
	again, err := service(w, remote, software).Identity(ctx, w.Org)
	if err != nil || again.KeyID != moved.KeyID {
		t.Errorf("opened again: %+v, %v", again, err)
	}
}

func TestWaitsForTheCustodian(t *testing.T) {
	w := world.New(t)
	remote := &shelf{keys: map[string]signer.Signer{}}
	w.Seal = service(w, remote, seal.Software(w.Ring()))
	env := w.Completed(t, []string{"one"}, world.Party{Name: "Éva", Email: "eva@example.org"})
	remote.down = true
	if err := w.Seal.SelfTest(t.Context(), w.Org, "B-T"); problem.From(err).Code != "seal_not_working" {
		t.Errorf("self test: %v", err)
	}
	w.Drain(t, 4, 10*time.Second)
	e, docs, revisions, _ := state(t, w, env)
	if docs[0].Stalled != seal.StalledSigner || len(revisions[docs[0].ID]) != 1 {
		t.Errorf("while it is down: envelope %s, document %+v", e.State, docs[0])
	}
	remote.down = false
	w.Drain(t, 20, time.Minute)
	e, docs, _, _ = state(t, w, env)
	if got := []string{string(e.State), docs[0].State, docs[0].Level, docs[0].Stalled}; !cmp.Equal(got, []string{string(envelope.Sealed), "sealed", "B-T", ""}) {
		t.Errorf("after it came back: %v", got)
	}
}
