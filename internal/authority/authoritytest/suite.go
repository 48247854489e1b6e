package authoritytest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/consigil/consigil/internal/authority"
	"github.com/consigil/consigil/internal/problem"
)

// Run runs the suite that every authority.Store must pass. open gives an
// empty store.
func Run(t *testing.T, open func(t *testing.T) authority.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, authority.Store){
		"keys": keys, "certificates": certificates, "lists": lists, "one list wins": oneListWins,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func is(t *testing.T, err error, kind problem.Kind, code string) {
	t.Helper()
	if !errors.Is(err, problem.New(kind, code, "")) {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456000, time.UTC) // a fixed instant

func keys(t *testing.T, s authority.Store) {
	ctx := context.Background()
	key := authority.Key{
		ID: "00ff", Role: authority.RoleRoot, Algorithm: "P-256", Wrapped: []byte{0, 1, 255},
		Chain: [][]byte{{1}, {2, 0}}, PublicURL: "https://a.example", CreatedAt: noon,
	}
	ok(t, s.InsertAuthorityKey(ctx, key))
	is(t, s.InsertAuthorityKey(ctx, authority.Key{ID: "aa", Role: authority.RoleRoot, CreatedAt: noon, Chain: [][]byte{{1}}}), problem.Conflict, "authority_key")
	ok(t, s.InsertAuthorityKey(ctx, authority.Key{ID: "bb", Role: authority.RoleTSA, CreatedAt: noon, Wrapped: []byte{1}, Chain: [][]byte{{1}}}))
	is(t, s.UpdateAuthorityKey(ctx, authority.Key{ID: "cc", Role: authority.RoleRoot}), problem.NotFound, "authority_key")
	ok(t, s.UpdateAuthorityKey(ctx, authority.Key{ID: "00ff", Role: authority.RoleRoot, Chain: [][]byte{{9}}, PublicURL: "https://b.example", Wrapped: []byte("not taken")}))
	all, err := s.AuthorityKeys(ctx)
	ok(t, err)
	key.Chain, key.PublicURL = [][]byte{{9}}, "https://b.example"
	for _, k := range all {
		if k.Role == authority.RoleRoot && !cmp.Equal(k, key) {
			t.Error(cmp.Diff(key, k))
		}
	}
	if len(all) != 2 {
		t.Errorf("%d keys", len(all))
	}
}

func certificates(t *testing.T, s authority.Store) {
	ctx := context.Background()
	c := authority.Issued{Issuer: "00ff", Serial: "4a", Kind: authority.KindSeal, DER: []byte{3, 0}, NotAfter: noon.Add(time.Hour), IssuedAt: noon}
	ok(t, s.InsertIssued(ctx, c))
	is(t, s.InsertIssued(ctx, c), problem.Conflict, "serial")
	other := c
	other.Issuer = "11"
	ok(t, s.InsertIssued(ctx, other))
	got, err := s.Issued(ctx, "00ff", "4a")
	ok(t, err)
	if !cmp.Equal(*got, c) {
		t.Error(cmp.Diff(c, *got))
	}
	_, err = s.Issued(ctx, "00ff", "4b")
	is(t, err, problem.NotFound, "certificate")
	is(t, s.Revoke(ctx, "00ff", "4b", noon, 1), problem.NotFound, "certificate")
	ok(t, s.Revoke(ctx, "00ff", "4a", noon.Add(time.Minute), 4))
	ok(t, s.Revoke(ctx, "00ff", "4a", noon.Add(time.Hour), 1))
	revoked, err := s.Revoked(ctx, "00ff")
	ok(t, err)
	if len(revoked) != 1 || revoked[0].Serial != "4a" || !revoked[0].RevokedAt.Equal(noon.Add(time.Minute)) || revoked[0].Reason != 4 {
		t.Errorf("revoked: %+v", revoked)
	}
}

func lists(t *testing.T, s authority.Store) {
	ctx := context.Background()
	_, err := s.List(ctx, "00ff")
	is(t, err, problem.NotFound, "crl")
	list := authority.List{Issuer: "00ff", Number: 1, ThisUpdate: noon, NextUpdate: noon.Add(time.Hour), DER: []byte{7, 0, 255}}
	skipped := list
	skipped.Number = 2
	is(t, s.PutList(ctx, skipped), problem.Conflict, "crl_number")
	ok(t, s.PutList(ctx, list))
	is(t, s.PutList(ctx, list), problem.Conflict, "crl_number")
	ok(t, s.PutList(ctx, skipped))
	got, err := s.List(ctx, "00ff")
	ok(t, err)
	if !cmp.Equal(*got, skipped) {
		t.Error(cmp.Diff(skipped, *got))
	}
}

// oneListWins stores the same number from many sides at once.
func oneListWins(t *testing.T, s authority.Store) {
	var wins, others int
	var mu sync.Mutex
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			err := s.PutList(context.Background(), authority.List{Issuer: "00ff", Number: 1, ThisUpdate: noon, NextUpdate: noon, DER: []byte{byte(i)}})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case errors.Is(err, problem.New(problem.Conflict, "crl_number", "")):
			default:
				others++
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if wins != 1 {
		t.Errorf("%d lists won, %d other errors", wins, others)
	}
}
