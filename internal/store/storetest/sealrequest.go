package storetest

import (
	"testing"

	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
)

func testSealRequests(t *testing.T, e *Env) {
	keys, ctx := e.SealKeys(), t.Context()
	make := func(n int) *seal.Request {
		return &seal.Request{ID: id.New(), Org: e.Org, Algorithm: "P-256", Custodian: "software", Reference: bytes(90, byte(n)), DER: bytes(300, 7), CreatedAt: moment(n)}
	}
	one, two := make(1), make(2)
	for _, r := range []*seal.Request{one, two} {
		if err := keys.InsertSealRequest(ctx, r, 2); err != nil {
			t.Fatal(err)
		}
	}
	Kind(t, keys.InsertSealRequest(ctx, make(3), 2), problem.Conflict, "too_many_requests")
	list, err := keys.SealRequests(ctx, e.Org)
	if err != nil {
		t.Fatal(err)
	}
	same(t, list, []*seal.Request{two, one})
	got, err := keys.SealRequest(ctx, e.Org, one.ID)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, one)
	other := foreign()
	_, err = keys.SealRequest(ctx, other, one.ID)
	Kind(t, err, problem.NotFound, "seal_request")
	Kind(t, keys.DeleteSealRequest(ctx, other, one.ID), problem.NotFound, "seal_request")
	if err := keys.DeleteSealRequest(ctx, e.Org, one.ID); err != nil {
		t.Fatal(err)
	}
	Kind(t, keys.DeleteSealRequest(ctx, e.Org, one.ID), problem.NotFound, "seal_request")
}
