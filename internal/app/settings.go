package app

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/consigil/consigil/internal/account"
	"github.com/consigil/consigil/internal/branding"
	"github.com/consigil/consigil/internal/evidence"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/notify"
	"github.com/consigil/consigil/internal/op"
	"github.com/consigil/consigil/internal/problem"
	"github.com/consigil/consigil/internal/seal"
	"github.com/consigil/consigil/internal/settings"
)

// sealSettings is what an organization chooses for its seal.
type sealSettings struct {
	Algorithm string `json:"algorithm"`
	Level     string `json:"level"`
	Keep      bool   `json:"keep_valid"`
	Fallback  bool   `json:"fall_back"`
}

var sealAlgorithms = []string{"P-256", "P-384", "RSA-2048", "RSA-3072", "RSA-4096"}

var sealLevels = []string{"B-T", "B-LT", "B-LTA"}

func sealSchema() settings.Schema {
	return settings.Schema{
		Name: "seal", Title: "Seal", Default: json.RawMessage(`{"algorithm":"P-256","level":"B-T","keep_valid":false,"fall_back":false}`),
		JSON: json.RawMessage(`{"type":"object","required":["algorithm"],"properties":{"algorithm":{"type":"string",` +
			`"title":"Kind of key","enum":["P-256","P-384","RSA-2048","RSA-3072","RSA-4096"]},` +
			`"level":{"type":"string","title":"Level of new seals","enum":["B-T","B-LT","B-LTA"]},` +
			`"keep_valid":{"type":"boolean","title":"Renew every sealed document before its proof runs out"},` +
			`"fall_back":{"type":"boolean","title":"Seal with the built-in certificate when a bought one ends"}}}`),
		Check: settings.Typed(func(s *sealSettings) error {
			if !slices.Contains(sealAlgorithms, s.Algorithm) {
				return problem.InField("/algorithm", "not_one_of", "Use P-256, P-384, RSA-2048, RSA-3072 or RSA-4096.")
			}
			if s.Level == "" { // settings stored before there was a choice
				s.Level = "B-T"
			}
			if !slices.Contains(sealLevels, s.Level) {
				return problem.InField("/level", "not_one_of", "Use B-T, B-LT or B-LTA.")
			}
			return nil
		}),
	}
}

// organizations answers what other domains ask about an organization.
type organizations struct {
	accounts *account.Service
	settings *settings.Service
}

func (o organizations) OrganizationName(ctx context.Context, org id.Org) (string, error) {
	found, err := o.accounts.Organization(ctx, org)
	if err != nil {
		return "", err
	}
	return found.Name, nil
}

// MailBrand is how an organization looks in its mails.
func (o organizations) MailBrand(ctx context.Context, org id.Org) (notify.Brand, error) {
	b, err := branding.Of(ctx, o.settings, org)
	if err != nil {
		return notify.Brand{}, err
	}
	out := notify.Brand{Name: b.DisplayName, Footer: b.Footer}
	if _, ok := branding.ThemeOf(b.Color); ok {
		out.Color = b.Color
	}
	return out, nil
}

func (o organizations) SealAlgorithm(ctx context.Context, org id.Org) (string, error) {
	s, err := o.seal(ctx, org)
	return s.Algorithm, err
}

func (o organizations) SealPolicy(ctx context.Context, org id.Org) (seal.Policy, error) {
	s, err := o.seal(ctx, org)
	return seal.Policy{Level: s.Level, Keep: s.Keep, Fallback: s.Fallback}, err
}

func (o organizations) seal(ctx context.Context, org id.Org) (s sealSettings, err error) {
	d, err := o.settings.Get(ctx, org, "seal")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(d.Data, &s)
}

// auditor writes the entries of the operation table to the audit log.
type auditor struct{ log *evidence.Service }

func (a auditor) Audit(ctx context.Context, r op.AuditRecord) error {
	facts, err := json.Marshal(r.Targets)
	if err != nil {
		return err
	}
	personal, err := json.Marshal(map[string]string{"address": r.Address, "user_agent": r.UserAgent})
	if err != nil {
		return err
	}
	return a.log.Record(ctx, &evidence.AuditEntry{
		Org: r.Org, Actor: r.Actor, Operation: r.Operation, Outcome: r.Outcome,
		Envelope: id.ID(r.Targets["envelope"]), Facts: facts, Personal: personal,
	})
}

// timestamps are the sources of every organization: those configured, or the built-in one.
type timestamps struct{ sources []seal.Source }

func (t timestamps) Sources(context.Context, id.Org) ([]seal.Source, error) { return t.sources, nil }
