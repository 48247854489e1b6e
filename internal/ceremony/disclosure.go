package ceremony

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/consigil/consigil/internal/access"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/locale"
	"github.com/consigil/consigil/internal/problem"
)

// Disclosure is the text to which a recipient agrees before signing electronically: what ESIGN (15 USC
// 7001(c)) asks to be said. Hash is the SHA-256 of the catalogue file, so that the words agreed to can be shown
// again, byte for byte.
type Disclosure struct {
	Version  string    `json:"version"`
	Locale   string    `json:"locale"`
	Title    string    `json:"title"`
	Sections []Section `json:"sections"`
	Agree    string    `json:"agree"` // what the recipient affirms
	Hash     string    `json:"hash"`  // lower-case hex
}

// Section is one part of a disclosure.
type Section struct {
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

// DisclosureText is the disclosure in a language, or in English where there is none in it.
func DisclosureText(tag string) (*Disclosure, error) {
	raw, err := locale.Raw(locale.Of(tag), "consent")
	if err != nil {
		return nil, fmt.Errorf("ceremony: disclosure: %w", err)
	}
	d := new(Disclosure)
	if err := json.Unmarshal(raw, d); err != nil {
		return nil, fmt.Errorf("ceremony: disclosure: %w", err)
	}
	sum := sha256.Sum256(raw)
	d.Hash = hex.EncodeToString(sum[:])
	return d, nil
}

// DisclosureLocales lists the languages in which there is a disclosure.
func DisclosureLocales() []string { return locale.All() }

// Consent is a recipient's agreement to sign electronically: which words, in which language.
type Consent struct{ Version, Locale, Hash string }

// Consent records the agreement, with time, address and user agent. It must name the text that is in force.
func (s *Service) Consent(ctx context.Context, by *access.Principal, in Consent) error {
	text, err := DisclosureText(in.Locale)
	if err != nil {
		return err
	}
	if text.Version != in.Version || text.Locale != in.Locale || text.Hash != in.Hash {
		return problem.InField("/hash", "consent_text", "This is not the text in force. Read it again and agree to what it says now.")
	}
	now := s.d.Clock.Now()
	return s.change(ctx, by, envelope.OpAct, func(tx envelope.Tx, sc *scene) error {
		if sc.me.State == envelope.Done {
			return errSigned
		}
		if !sc.me.ConsentedAt.IsZero() {
			return nil
		}
		if err := keepConsent(ctx, tx, by, in, now); err != nil {
			return err
		}
		sc.me.State, sc.me.ConsentedAt = envelope.Consented, now
		if err := tx.PutRecipient(ctx, sc.me); err != nil {
			return err
		}
		facts := map[string]any{
			"recipient": sc.me.ID, "ceremony": by.Ceremony, "version": in.Version, "locale": in.Locale, "text_sha256": in.Hash,
		}
		return envelope.Append(ctx, tx, sc.e, now, by.Actor(), "recipient.consented", facts, origin(by).personal())
	})
}

func keepConsent(ctx context.Context, tx envelope.Tx, by *access.Principal, in Consent, now time.Time) error {
	sit, err := tx.Sitting(ctx, by.Ceremony)
	if err != nil {
		return err
	}
	sit.Consent, err = json.Marshal(map[string]any{
		"version": in.Version, "locale": in.Locale, "hash": in.Hash, "at": now,
		"address": by.Address, "user_agent": by.UserAgent,
	})
	if err != nil {
		return fmt.Errorf("ceremony: consent: %w", err)
	}
	return tx.PutSitting(ctx, sit)
}
