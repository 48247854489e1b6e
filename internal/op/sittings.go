package op

import (
	"encoding/json"
	"time"

	"github.com/consigil/consigil/internal/ceremony"
	"github.com/consigil/consigil/internal/envelope"
	"github.com/consigil/consigil/internal/id"
	"github.com/consigil/consigil/internal/intake"
)

// CeremonyOpened is the answer of an exchange.
type CeremonyOpened struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Ceremony  id.ID     `json:"ceremony"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

// CeremonyView is everything that a recipient may see now.
type CeremonyView struct {
	Sender       string                  `json:"sender" doc:"The organization"`
	Mailed       bool                    `json:"mailed" doc:"Sealed copies go out by e-mail; otherwise they are to be fetched here"`
	AskedBy      string                  `json:"asked_by,omitempty" doc:"Name of the member of staff who sent it; absent where a program did"`
	Envelope     id.ID                   `json:"envelope"`
	State        envelope.State          `json:"state"`
	Title        string                  `json:"title"`
	Message      string                  `json:"message"`
	Locale       string                  `json:"locale"`
	ExpiresAt    *time.Time              `json:"expires_at,omitempty"`
	Recipient    id.ID                   `json:"recipient"`
	Name         string                  `json:"name"`
	Email        string                  `json:"email"`
	Role         string                  `json:"role"`
	Progress     envelope.RecipientState `json:"recipient_state"`
	Method       string                  `json:"method"`
	MayAct       bool                    `json:"may_act" doc:"Values can be saved and the act performed"`
	NeedsConsent bool                    `json:"needs_consent"`
	DoneAt       *time.Time              `json:"done_at,omitempty"`
	WaitsFor     bool                    `json:"waits_for_others" doc:"Somebody else has to sign before anything happens for this recipient"`
	SignersDone  int                     `json:"signers_done"`
	SignersTotal int                     `json:"signers_total"`
	Told         CeremonyTold            `json:"tells_on_decline"`
	Documents    []CeremonyDocument      `json:"documents" nullable:"false"`
	Fields       []CeremonyField         `json:"fields" nullable:"false"`
}

// CeremonyTold says who gets a message when this recipient refuses.
type CeremonyTold struct {
	Sender bool `json:"sender"`
	Others int  `json:"others" doc:"How many other recipients"`
}

// CeremonyProgress is where an envelope stands: the data of an event named state.
type CeremonyProgress struct {
	State     envelope.State          `json:"state"`
	Recipient envelope.RecipientState `json:"recipient_state"`
	Documents []CeremonyStep          `json:"documents" nullable:"false"`
}

// CeremonyStep is where one document stands.
type CeremonyStep struct {
	ID    id.ID  `json:"id"`
	State string `json:"state" enum:"base,sealing,sealed"`
	Level string `json:"level,omitempty"`
}

// CeremonyDocument is a document as it is now.
type CeremonyDocument struct {
	ID     id.ID         `json:"id"`
	Name   string        `json:"name"`
	Digest string        `json:"digest" doc:"SHA-256 of the newest revision; its bytes are served at a URL that names it"`
	Size   int64         `json:"size"`
	Sealed bool          `json:"sealed"`
	State  string        `json:"state" enum:"base,sealing,sealed"`
	Level  string        `json:"level,omitempty" doc:"PAdES level that the sealed file reaches"`
	Pages  []intake.Page `json:"pages" nullable:"false"`
	ReadingView
}

// CeremonyField is a field of the recipient, or a read-only one of somebody who has signed.
type CeremonyField struct {
	FieldView
	Mine       bool            `json:"mine"`
	ServerOnly bool            `json:"server_only" doc:"Filled in by the server"`
	Value      json.RawMessage `json:"value,omitempty"`
}

// ConsentBody names the text to which a recipient agrees.
type ConsentBody struct {
	Version string `json:"version" maxLength:"40"`
	Locale  string `json:"locale" maxLength:"35"`
	Hash    string `json:"hash" maxLength:"64"`
}

// CeremonyPreview is what the act would make now.
type CeremonyPreview struct {
	Entries   string                    `json:"entries" doc:"Digest of what you entered: send it with the act, and it is refused where something else was entered meanwhile"`
	Documents []CeremonyPreviewDocument `json:"documents" nullable:"false"`
}

// CeremonyPreviewDocument is one document of a preview.
type CeremonyPreviewDocument struct {
	Document id.ID  `json:"document"`
	Reviewed string `json:"reviewed" doc:"Send this digest with the act"`
	Digest   string `json:"digest" doc:"Of the revision that the act would make"`
	Pages    []int  `json:"pages" nullable:"false" doc:"Pages with fields of the recipient"`
}

// SignBody is one act.
type SignBody struct {
	Reviewed map[string]string          `json:"reviewed" doc:"Digest of the reviewed revision, by document"`
	Entries  string                     `json:"entries,omitempty" maxLength:"64" doc:"From the preview: what was shown is what is signed"`
	Values   map[string]json.RawMessage `json:"values,omitempty" doc:"Values that were not saved before, by field; their forms are FieldValues by field type"`
}

// CeremonyReceipt says that the act is done.
type CeremonyReceipt struct {
	Act       id.ID                       `json:"act"`
	DoneAt    time.Time                   `json:"done_at"`
	Completed bool                        `json:"completed" doc:"Everybody has signed"`
	Documents []ceremony.ReviewedDocument `json:"documents" nullable:"false"`
}

type tokenInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"200" doc:"What stands after /s/ in the link"`
	}
}

type takeoverInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"200"`
	}
}

type glanceOutput struct {
	Body struct {
		Sender string `json:"sender"`
		Title  string `json:"title"`
		Locale string `json:"locale"`
		Usable bool   `json:"usable"`
	}
}

type sittingInput struct {
	Ceremony string `path:"ceremony"`
}

type ceremonyOutput struct{ Body CeremonyView }

type disclosureInput struct {
	Ceremony string `path:"ceremony"`
	Locale   string `query:"locale" maxLength:"35"`
}

type disclosureOutput struct{ Body *ceremony.Disclosure }

type consentInput struct {
	Ceremony string `path:"ceremony"`
	Body     ConsentBody
}

type viewedInput struct {
	Ceremony string `path:"ceremony"`
	Body     struct {
		Documents map[string]string `json:"documents" doc:"Digest of the revision that was shown, by document"`
	}
}

type valuesInput struct {
	Ceremony string `path:"ceremony"`
	Body     struct {
		Values map[string]json.RawMessage `json:"values" doc:"By field; null clears. Their forms are FieldValues by field type"`
	}
}

type ceremonyTextInput struct {
	Ceremony string `path:"ceremony"`
	Document string `path:"document"`
	Page     int    `path:"page" minimum:"1"`
}

type signInput struct {
	Ceremony string `path:"ceremony"`
	Key      string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200"`
	Body     SignBody
}

type declineInput struct {
	Ceremony string `path:"ceremony"`
	Body     struct {
		Reason string `json:"reason" maxLength:"8000"`
	}
}

type handoverOutput struct {
	Body struct {
		Code      string    `json:"code"`
		URL       string    `json:"url" doc:"Where the other device continues"`
		QR        *QRView   `json:"qr" nullable:"false"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}
